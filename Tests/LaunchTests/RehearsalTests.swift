import Testing

@testable import Launch

@Suite struct RehearsalTests {
  @Test func aRehearsalNamesRankFailureAndItem() {
    let rehearsal = Rehearsal("3:freeze:20")
    #expect(rehearsal?.rank == 3 && rehearsal?.failure == .freeze && rehearsal?.item == 20)
  }

  @Test(arguments: [nil, "", "1:freeze", "x:freeze:1", "1:dance:1", "1:kill:soon"])
  func anythingElseIsNone(text: String?) { #expect(Rehearsal(text) == nil) }
}
