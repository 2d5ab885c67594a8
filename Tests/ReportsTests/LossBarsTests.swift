import Testing

@testable import Reports

@Suite struct LossBarsTests {
  @Test func barsAreAsHighAsLossesAreOfTheLargest() {
    var bars = LossBars()
    bars.note([0.1, 1, 0])
    bars.note([0.8, 2, 0])
    bars.note([.nan, 0.5, 0])
    #expect(bars.bar(0.8, task: 0) == "█" && bars.bar(1.6, task: 0) == "█")
    #expect(bars.bar(1, task: 1) == "▅" && bars.bar(0.2, task: 0) == "▃" && bars.bar(0, task: 0) == "▁")
    #expect(bars.bar(0, task: 2) == "▁" && bars.bar(0.5, task: 2) == "█")
    #expect(bars.bar(.nan, task: 0) == "█" && bars.bar(.infinity, task: 0) == "█")
  }
}
