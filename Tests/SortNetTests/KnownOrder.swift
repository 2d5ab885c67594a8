@testable import SortNet

/// Data whose order is known: documents with features uniform in −1 ... 1 and a score that is a function of them; the best
/// of each query are relevant.
struct KnownOrder {
  enum Score: CaseIterable {
    /// Along a direction.
    case linear
    /// The nearer to the origin the better: no direction is better than another.
    case ball
    /// The product of two features: whether one helps depends on the other.
    case product

    func callAsFunction(_ x: [Float]) -> Float {
      switch self {
      case .linear: x[0] - 0.5 * x[1] + 2 * x[2]
      case .ball: -(x[0] * x[0] + x[1] * x[1])
      case .product: x[0] * x[1]
      }
    }
  }

  /// - Parameters:
  ///   - relevant: how many of each query's documents are relevant.
  ///   - sorted: whether the documents stand in the order that is to be learnt.
  static func data(
    _ score: Score, queries: Int, documents: Int = 40, features: Int = 3, relevant: Int = 15, seed: UInt64,
    sorted: Bool = false
  ) -> RankingData {
    var stream = RandomStream(seed: seed, .pairs)
    var (rows, relevance) = ([Float](), [Int?]())
    for _ in 0..<queries {
      let query = (0..<documents).map { _ in (0..<features).map { _ in Float(stream.symmetric(1)) } }
      let scores = query.map { score($0) }
      let best = scores.indices.sorted { scores[$0] > scores[$1] }
      let limit = scores[best[min(relevant, documents - 1)]]
      for document in sorted ? best : Array(scores.indices) {
        rows += query[document]
        relevance.append(scores[document] > limit ? 1 : 0)
      }
    }
    return RankingData(
      featureCount: features, features: rows, relevance: relevance,
      queries: (0..<queries).map {
        RankingData.Query(name: "\($0 + 1)", documents: $0 * documents..<($0 + 1) * documents)
      })
  }
}
