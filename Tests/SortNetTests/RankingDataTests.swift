import Testing

@testable import SortNet

@Suite struct RankingDataTests {
  private let data = RankingData(
    featureCount: 2, features: [1, 2, 3, 4, 5, 6], relevance: [1, nil, 1],
    queries: [.init(name: "a", documents: 0..<2), .init(name: "b", documents: 2..<3)])

  @Test func getsAndLosesFeatures() {
    let (wide, narrow) = (data.resized(featureCount: 3), data.resized(featureCount: 1))
    #expect(wide.featureCount == 3 && wide.features == [1, 2, 0, 3, 4, 0, 5, 6, 0])
    #expect(narrow.featureCount == 1 && narrow.features == [1, 3, 5])
    for other in [wide, narrow] {
      #expect(other.relevance == data.relevance && other.queries == data.queries && other.lines == [1, 2, 3])
    }
    #expect(data.resized(featureCount: 2) == data && data.resized(featureCount: 0).features.isEmpty)
  }

  @Test func knowsWhatFitsInMemory() {
    #expect(data.fits(featureCount: RankingData.largestFeature))
    #expect(data.fits(featureCount: RankingData.mostElements / 3))
    #expect(!data.fits(featureCount: RankingData.mostElements / 3 + 1))
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
