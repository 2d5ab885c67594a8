import Testing

@testable import SortNet

@Suite struct RankingModelTests {
  static func model(_ features: Int = 3, seed: UInt64 = 1) -> RankingModel {
    let places = (0..<features).map { Double($0) }
    return RankingModel(
      scaling: FeatureScaling(means: places.map { $0 / 3 }, factors: places.map { 1 / ($0 + 1) }),
      comparator: Comparator(featureCount: features, hiddenCount: 4, seed: seed))
  }

  @Test func ordersEveryQueryByItself() {
    let data = KnownOrder.data(.ball, queries: 5, documents: 12, seed: 1)
    let rankings = Self.model().rankings(data)
    #expect(rankings.count == 5)
    for (query, ranking) in zip(data.queries, rankings) {
      #expect(ranking.order.sorted() == Array(query.documents))
      #expect(ranking.comparisons > 0 && ranking.comparisons <= 12 * 4)
      #expect(Self.model().ranking(query.documents, of: data) == ranking)
    }
  }

  /// Many objects cost n·log n comparisons, each of which costs the hidden units and not the features.
  @Test func sortsManyObjects() {
    let count = 20_000
    let data = KnownOrder.data(.linear, queries: 1, documents: count, relevant: 10, seed: 1)
    let ranking = Self.model().ranking(0..<count, of: data)
    #expect(ranking.comparisons <= count * 15)
    #expect(Set(ranking.order).count == count)
  }

  @Test func beginsInAnOrderThatTheFileDoesNotChoose() {
    let order = Self.model().startingOrder(10..<60)
    #expect(order.sorted() == Array(10..<60) && order != Array(10..<60))
    #expect(Self.model(seed: 9).startingOrder(10..<60) == order)
    let first = order.prefix(25).count { $0 < 35 }
    #expect((6...19).contains(first))
  }

  @Test func isTheComparatorsOrderWhereThatIsTransitive() {
    // p = −q, a = −b: a sum of increasing functions of x − y.
    let comparator = Comparator(featureCount: 1, hiddenCount: 1, parameters: [1, -1, 0, 1, -1, 0])
    let model = RankingModel(scaling: FeatureScaling(means: [5], factors: [0.1]), comparator: comparator)
    let data = RankingData(
      featureCount: 1, features: [3, 1, 4, 1, 5, 9, 2, 6], relevance: [0, 0, 0, 0, 0, 0, 0, 0],
      queries: [.init(name: "a", documents: 0..<8)])
    let order = model.ranking(0..<8, of: data).order
    let features = order.map { data.features[$0] }
    #expect(features == [9, 6, 5, 4, 3, 2, 1, 1])
  }
}
