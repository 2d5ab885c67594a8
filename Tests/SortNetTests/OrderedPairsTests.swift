import Testing

@testable import SortNet

@Suite struct OrderedPairsTests {
  @Test func areAllPairsOfDifferentRelevance() {
    var stream = RandomStream(seed: 1, .pairs)
    for queries in 1...4 {
      var (relevance, list) = ([Int?](), [RankingData.Query]())
      for query in 0..<queries {
        let documents = 1 + stream.below(9)
        list.append(.init(name: "\(query)", documents: relevance.count..<relevance.count + documents))
        relevance += (0..<documents).map { _ in stream.below(5) == 0 ? nil : stream.below(3) }
      }
      let data = RankingData(featureCount: 0, features: [], relevance: relevance, queries: list)
      var wanted: Set<DocumentPair> = []
      for query in list {
        for first in query.documents {
          for second in query.documents {
            guard let a = relevance[first], let b = relevance[second], a > b else { continue }
            wanted.insert(DocumentPair(first: first, second: second))
          }
        }
      }
      let pairs = OrderedPairs(data)
      #expect(pairs.count == wanted.count)
      #expect(Set((0..<pairs.count).map { pairs[$0] }) == wanted)
      #expect(data.hasPairs == !wanted.isEmpty)
    }
  }

  /// A hundred thousand documents in one query have billions of pairs.
  @Test func areNeverListed() {
    let count = 100_000
    let data = RankingData(
      featureCount: 0, features: [], relevance: (0..<count).map { $0 % 2 },
      queries: [.init(name: "1", documents: 0..<count)])
    let pairs = OrderedPairs(data)
    #expect(pairs.count == count / 2 * (count / 2))
    var stream = RandomStream(seed: 1, .pairs)
    for index in stream.sample(1_000, of: pairs.count) {
      let pair = pairs[index]
      #expect(pair.first % 2 == 1 && pair.second % 2 == 0)
    }
  }
}
