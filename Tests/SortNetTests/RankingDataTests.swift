import Testing

@testable import SortNet

@Suite struct RankingDataTests {
  private let data = RankingData(
    featureCount: 2, features: [1, 2, 3, 4, 5, 6], relevance: [1, nil, 1],
    queries: [.init(name: "a", documents: 0..<2), .init(name: "b", documents: 2..<3)])

  @Test func widens() {
    let wide = data.widened(to: 3)
    #expect(wide.features == [1, 2, 0, 3, 4, 0, 5, 6, 0])
    #expect(wide.relevance == data.relevance && wide.queries == data.queries && wide.lines == [1, 2, 3])
    #expect(data.widened(to: 2) == data)
  }

  @Test func knowsWhatCanBeLearntFromIt() {
    #expect(data.judged([2, 1, 0]) == [1, 1])
    #expect(data.hasRelevant && !data.hasPairs)
    func judged(_ relevance: [Int?]) -> RankingData {
      RankingData(
        featureCount: 0, features: [], relevance: relevance,
        queries: [.init(name: "a", documents: 0..<relevance.count)])
    }
    #expect(!judged([0, nil]).hasRelevant && !judged([0, nil]).hasPairs && !judged([nil]).hasPairs)
    #expect(judged([nil, 0, 0, 1]).hasPairs)
  }
}
