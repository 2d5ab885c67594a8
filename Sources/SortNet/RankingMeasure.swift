import Foundation

/// How good an order of documents is, from 0 to 1.
///
/// Relevance above 0 counts as relevant. An order has no ties: what equal documents' order is, the ranker says.
///
/// - **MAP**: the mean over the queries of the average precision, (1/R) Σ over relevant places i of P@i; R is the number of
///   relevant documents of the query.
/// - **P@k**: the share of the first k places that hold a relevant document. Places that a shorter query does not have count
///   as not relevant.
/// - **NDCG@k**: DCG@k divided by that of the best order, DCG@k = Σ over places i ≤ k of (2^relevance − 1)/log₂(1 + i).
///
/// A query without a relevant document has 0 in all of them, and counts in the mean. Documents whose relevance is not known
/// are left out, and what is behind them moves up; a query of which nothing is known does not count.
///
/// In this the measures are those of LETOR's own evaluation script (Eval-Score-4.0.pl), where ties stay in the order of the
/// file; its NDCG divides by log₂ i instead (1 at the first place). What is here is the formula of Burges et al., Learning
/// to Rank using Gradient Descent (ICML 2005), which later scripts of the same authors have too.
package enum RankingMeasure: Hashable, Sendable {
  case meanAveragePrecision
  case precision(at: Int)
  case normalizedGain(at: Int)

  /// Of a name: `map`, `p@10`, `ndcg@10`; nil where it is none.
  package init?(_ name: String) {
    func places(_ prefix: String) -> Int? {
      let digits = name.dropFirst(prefix.count)
      guard name.hasPrefix(prefix), digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return Int(digits).flatMap { (1...1_000_000_000).contains($0) ? $0 : nil }
    }
    if name == "map" {
      self = .meanAveragePrecision
    } else if let count = places("p@") {
      self = .precision(at: count)
    } else if let count = places("ndcg@") {
      self = .normalizedGain(at: count)
    } else {
      return nil
    }
  }

  package var name: String {
    switch self {
    case .meanAveragePrecision: "map"
    case .precision(let count): "p@\(count)"
    case .normalizedGain(let count): "ndcg@\(count)"
    }
  }

  /// The measure of one query, before the mean.
  ///
  /// - Parameter relevance: of the documents in their order, none negative.
  package func value(_ relevance: [Int]) -> Double {
    switch self {
    case .meanAveragePrecision:
      var (relevant, sum) = (0, 0.0)
      for (place, value) in relevance.enumerated() where value > 0 {
        relevant += 1
        sum += Double(relevant) / Double(place + 1)
      }
      return relevant == 0 ? 0 : sum / Double(relevant)
    case .precision(let count):
      return Double(relevance.prefix(count).count { $0 > 0 }) / Double(count)
    case .normalizedGain(let count):
      let best = Self.gain(relevance.sorted(by: >), count)
      return best == 0 ? 0 : Self.gain(relevance, count) / best
    }
  }

  /// The mean over the queries; nil where of none of them relevance is known.
  ///
  /// - Parameter rankings: one of each query of `data`.
  package func mean(of rankings: [Ranking], of data: RankingData) -> Double? {
    precondition(rankings.count == data.queries.count)
    let values = rankings.map { data.judged($0.order) }.filter { !$0.isEmpty }.map(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// DCG@k, divided by two to the power of the largest relevance: that is in the best order's too, and cannot overflow.
  private static func gain(_ relevance: [Int], _ count: Int) -> Double {
    guard let largest = relevance.max() else { return 0 }
    return relevance.prefix(count).enumerated().reduce(0) { sum, document in
      let gain = exp2(Double(document.element - largest)) - exp2(Double(-largest))
      return sum + gain / log2(Double(document.offset + 2))
    }
  }
}
