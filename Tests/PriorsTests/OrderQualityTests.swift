import Testing

@testable import Priors

@Suite struct OrderQualityTests {
  @Test(
    arguments: [
      ([0, 1, 2, 3, 4], 1, 1), ([4, 3, 2, 1, 0], 1.0 / 3, 0), ([0, 1, 3, 2, 4], 2.0 / 3, 0.5),
    ] as [([Int], Double, Double)])
  func keptAndPrunedAreCounted(order: [Int], kept: Double, pruned: Double) {
    let quality = OrderQuality(order: order, outcomes: [true, true, true, false, false])
    #expect(quality.kept == kept)
    #expect(quality.pruned == pruned)
  }

  @Test func whereNothingIsKeptOrPrunedNothingIsWrong() {
    #expect(
      OrderQuality(order: [1, 0], outcomes: [true, true]) == OrderQuality(order: [0, 1], outcomes: [false, false]))
  }

  @Test func aGuessIsCountedByOutcome() {
    let quality = OrderQuality(guess: [true, false, true, false, true], outcomes: [true, true, true, false, false])
    #expect(quality.kept == 2.0 / 3)
    #expect(quality.pruned == 0.5)
  }

  @Test func equalNumbersStayInOrder() { #expect(OrderQuality.order(by: [1, 3, 1, 2]) == [1, 3, 0, 2]) }
}
