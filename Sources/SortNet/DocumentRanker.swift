/// Documents in order, best first.
package struct Ranking: Equatable, Sendable {
  package let order: [Int]
  /// How many pairs were compared.
  package let comparisons: Int
}

/// What orders documents.
package protocol DocumentRanker: Sendable {
  /// Orders documents of one query.
  ///
  /// The order in which the data have them plays no part: every ranker begins with `startingOrder`.
  func ranking(_ documents: Range<Int>, of data: RankingData) -> Ranking
}

extension DocumentRanker {
  /// Orders every query.
  package func rankings(_ data: RankingData) -> [Ranking] { data.queries.map { ranking($0.documents, of: data) } }

  /// The mean of a measure over the queries; nil where no relevance is known.
  package func quality(_ measure: RankingMeasure, of data: RankingData) -> Double? {
    measure.mean(of: rankings(data), of: data)
  }

  /// Documents in a random order that depends on their number alone.
  ///
  /// Files often have the relevant documents first. A sort that began with that order, and left it where it is told
  /// nothing, would seem to know something: the order in which documents stand would be a feature.
  package func startingOrder(_ documents: Range<Int>) -> [Int] {
    var stream = RandomStream(seed: 0, .startingOrder, round: documents.count)
    return stream.permutation(documents.count).map { documents.lowerBound + $0 }
  }
}
