import TestSupport
import Testing

@testable import Merging

@Suite struct ProgramCheckTests {
  @Test func anotherVersionIsNamedWithItsRanksAndHosts() {
    #expect(ProgramCheck.finding([("a", "1.0"), ("b", "1.0")]) == nil)
    #expect(
      ProgramCheck.finding([("a", "1.0"), ("b", "1.1"), ("b", "1.1"), ("a", "1.0")])
        == "the ranks run different versions of the program (ranks 0, 3 on a: 1.0; ranks 1, 2 on b: 1.1); install the same "
        + "one on every node")
  }

  @Test func largeJobsAreNotListedInFull() {
    let ranks = (0..<100).map { (host: "h\($0 / 10)", version: $0 < 50 ? "1.0" : "1.1") }
    let finding = ProgramCheck.finding(ranks) ?? ""
    #expect(finding.contains("ranks 0, 1, 2, 3, 4, 5, 6, 7, … on h0: 1.0; "))
    #expect(finding.contains(" on h7: 1.1; …)"))
  }

  @Test(arguments: [1, 2, 4]) func ranksTellEachOther(ranks: Int) throws {
    let outcome = try MPIRun.check("versions", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
