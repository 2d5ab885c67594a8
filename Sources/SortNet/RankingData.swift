/// Documents of several queries, with features, and as far as it is known how relevant each is to its query.
///
/// Whatever is to be ordered is a document here, and what is ordered together a query: in the words of LETOR.
package struct RankingData: Equatable, Sendable {
  /// What is ordered together.
  package struct Query: Equatable, Sendable {
    package let name: String
    package let documents: Range<Int>

    package init(name: String, documents: Range<Int>) {
      self.name = name
      self.documents = documents
    }
  }

  /// F.
  package let featureCount: Int
  /// [n, F].
  package let features: [Float]
  /// From 0, which is not relevant, upwards; nil where it is not known [n].
  package let relevance: [Int?]
  /// What is said of each document; empty where nothing is [n].
  package let comments: [String]
  /// The line of the file that each document has or, written to one, would have, counted from 1 [n].
  package let lines: [Int]
  /// All documents, in order.
  package let queries: [Query]

  /// n.
  package var count: Int { relevance.count }

  /// - Precondition: the lists fit one another; relevance is not negative; the queries hold all documents in order, and
  ///   their names have no white space and no `#`.
  package init(
    featureCount: Int, features: [Float], relevance: [Int?], comments: [String]? = nil, lines: [Int]? = nil,
    queries: [Query]
  ) {
    self.featureCount = featureCount
    self.features = features
    self.relevance = relevance
    self.comments = comments ?? [String](repeating: "", count: relevance.count)
    self.lines = lines ?? Array(1..<relevance.count + 1)
    self.queries = queries
    precondition(features.count == relevance.count * featureCount)
    precondition(self.comments.count == relevance.count && self.lines.count == relevance.count)
    precondition(relevance.allSatisfy { $0 ?? 0 >= 0 })
    var end = 0
    for query in queries {
      precondition(query.documents.lowerBound == end && !query.documents.isEmpty, "a gap before query \(query.name)")
      precondition(!query.name.isEmpty && query.name.allSatisfy { !$0.isWhitespace && $0 != "#" })
      end = query.documents.upperBound
    }
    precondition(end == relevance.count)
  }

  /// The relevance of documents in the order given, without those of which it is not known.
  package func judged(_ order: [Int]) -> [Int] { order.compactMap { relevance[$0] } }

  /// Whether a query has documents of different relevance.
  package var hasPairs: Bool {
    queries.contains { query in
      let known = query.documents.lazy.compactMap { relevance[$0] }
      return known.first.map { first in known.contains { $0 != first } } ?? false
    }
  }

  /// Whether any document is known to be relevant.
  package var hasRelevant: Bool { relevance.contains { $0 ?? 0 > 0 } }

  /// Whether the documents, with so many features each, are no more than this program holds in memory.
  package func fits(featureCount: Int) -> Bool { count * featureCount <= Self.mostElements }

  /// The same with the first `featureCount` features; those that it lacks are 0.
  ///
  /// - Precondition: they fit.
  package func resized(featureCount: Int) -> RankingData {
    precondition(fits(featureCount: featureCount))
    guard featureCount != self.featureCount else { return self }
    let kept = min(featureCount, self.featureCount)
    var features: [Float] = []
    features.reserveCapacity(count * featureCount)
    for document in 0..<count {
      let first = document * self.featureCount
      features += self.features[first..<first + kept]
      features.append(contentsOf: repeatElement(0, count: featureCount - kept))
    }
    return RankingData(
      featureCount: featureCount, features: features, relevance: relevance, comments: comments, lines: lines,
      queries: queries)
  }
}
