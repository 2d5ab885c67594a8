import Foundation
import Testing

@testable import SortNet

@Suite struct RankingMeasureTests {
  @Test(arguments: [
    ("map", RankingMeasure.meanAveragePrecision), ("p@1", .precision(at: 1)), ("p@10", .precision(at: 10)),
    ("ndcg@5", .normalizedGain(at: 5)),
  ])
  func hasAName(name: String, measure: RankingMeasure) {
    #expect(RankingMeasure(name) == measure)
    #expect(measure.name == name)
  }

  @Test(arguments: [
    "", "MAP", "p", "p@", "p@0", "p@-1", "p@1.5", "p@x", "p@ 1", "ndcg", "ndcg@", "ndcg@0", "p@99999999999999999999",
  ])
  func hasNoOtherName(name: String) { #expect(RankingMeasure(name) == nil) }

  /// Worked out by hand.
  @Test func averagePrecision() {
    let map = RankingMeasure.meanAveragePrecision
    let wanted: Double = (1 + 2.0 / 3) / 2
    #expect(map.value([1, 0, 2, 0]) == wanted)
    #expect(map.value([0, 0, 0, 1]) == 0.25)
    #expect(map.value([1, 1, 0]) == 1)
    #expect(map.value([0, 0]) == 0)
  }

  @Test func precision() {
    #expect(RankingMeasure.precision(at: 2).value([1, 0, 1]) == 0.5)
    #expect(RankingMeasure.precision(at: 3).value([1, 0, 3]) == 2.0 / 3)
    // Places that the query does not have are not relevant.
    #expect(RankingMeasure.precision(at: 10).value([1, 1]) == 0.2)
    #expect(RankingMeasure.precision(at: 5).value([0, 0, 0, 0, 0, 1]) == 0)
  }

  @Test func normalizedGain() {
    func isClose(_ count: Int, _ wanted: Double) -> Bool {
      abs(RankingMeasure.normalizedGain(at: count).value([1, 0, 2]) - wanted) < 1e-15
    }
    // 1/log₂ 2 + 3/log₂ 4, and in the best order 3/log₂ 2 + 1/log₂ 3.
    let gain = 2.5
    let best: Double = 3 + 1 / log2(3.0)
    #expect(isClose(10, gain / best))
    #expect(isClose(1, 1.0 / 3))
    // The best order's first two places are the two relevant documents.
    #expect(isClose(2, 1 / best))
    #expect(RankingMeasure.normalizedGain(at: 3).value([2, 1, 0]) == 1)
    #expect(RankingMeasure.normalizedGain(at: 3).value([0, 0, 0]) == 0)
  }

  @Test func largeRelevanceDoesNotOverflow() {
    let value = RankingMeasure.normalizedGain(at: 2).value([100_000, 99_999, 0])
    #expect(value == 1)
    #expect(abs(RankingMeasure.normalizedGain(at: 1).value([99_999, 100_000]) - 0.5) < 1e-12)
  }

  @Test func theMeanIsOverQueriesOfWhichAnythingIsKnown() {
    let data = RankingData(
      featureCount: 0, features: [], relevance: [1, 0, nil, nil, 0, 0, nil, 1],
      queries: [
        .init(name: "a", documents: 0..<2), .init(name: "unknown", documents: 2..<4),
        .init(name: "none", documents: 4..<6),
        .init(name: "half", documents: 6..<8),
      ])
    let rankings = [[1, 0], [2, 3], [4, 5], [6, 7]].map { Ranking(order: $0, comparisons: 0) }
    // 1/2 for a, 0 for the one without a relevant document, 1 for half, whose unknown document counts for nothing.
    #expect(RankingMeasure.meanAveragePrecision.mean(of: rankings, of: data) == 0.5)
    let unknown = RankingData(
      featureCount: 0, features: [], relevance: [nil], queries: [.init(name: "a", documents: 0..<1)])
    #expect(RankingMeasure.meanAveragePrecision.mean(of: [Ranking(order: [0], comparisons: 0)], of: unknown) == nil)
  }
}
