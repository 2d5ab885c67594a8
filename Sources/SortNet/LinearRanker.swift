/// A linear scoring function, learnt from pairs: the baseline that a comparator is held against.
///
///     L = mean over pairs (x, y) of max(0, 1 − w·(x − y))² + λ|w|²,   x the more relevant
///
/// Source: Chapelle and Keerthi, Efficient algorithms for ranking with SVMs (Information Retrieval 2010), after Joachims's
/// RankSVM. It is convex; here it is minimised by `ResilientPropagation`.
package struct LinearRanker: DocumentRanker, Equatable, Sendable {
  package let scaling: FeatureScaling
  /// w [F].
  package let weights: [Double]

  package init(scaling: FeatureScaling, weights: [Double]) {
    precondition(scaling.means.count == weights.count)
    self.scaling = scaling
    self.weights = weights
  }

  /// Learns on a training set, with the one of three λ that is best on a validation set.
  ///
  /// - Parameters:
  ///   - pairs: how many pairs it learns from; where there are more, they are drawn.
  /// - Precondition: `training` has pairs; both have the same features.
  package init(
    training: RankingData, validation: RankingData, measure: RankingMeasure, seed: UInt64, pairs: Int = 20_000,
    epochs: Int = 150
  ) {
    precondition(training.hasPairs && training.featureCount == validation.featureCount)
    let scaling = FeatureScaling(fitting: training)
    let all = OrderedPairs(training)
    var stream = RandomStream(seed: seed, .pairs)
    var set = PairSet(featureCount: training.featureCount)
    for index in stream.sample(pairs, of: all.count) { set.append(all[index], of: training, scaling: scaling) }
    let candidates = [1e-4, 1e-2, 1].map { decay in
      LinearRanker(scaling: scaling, weights: Self.fit(set, decay: decay, epochs: epochs))
    }
    let qualities = candidates.map { $0.quality(measure, of: validation) ?? 0 }
    self = candidates[qualities.indices.max { qualities[$0] < qualities[$1] }!]
  }

  private static func fit(_ pairs: PairSet, decay: Double, epochs: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: pairs.featureCount)
    var gradient = weights
    var descent = ResilientPropagation(count: weights.count, step: 0.01)
    for _ in 0..<epochs {
      _ = loss(weights, pairs, decay: decay, gradient: &gradient)
      descent.descend(&weights, gradient: gradient)
    }
    return weights
  }

  /// L, and its gradient with respect to w.
  static func loss(_ weights: [Double], _ pairs: PairSet, decay: Double, gradient: inout [Double]) -> Double {
    let count = pairs.objectCount
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { workspace in
      workspace.initialize(repeating: 0)
      let (scores, deltas) = (workspace.baseAddress!, workspace.baseAddress! + count)
      pairs.features.withUnsafeBufferPointer {
        project(
          $0.baseAddress!, count: count, featureCount: weights.count, weights: weights, width: 1, into: scores)
      }
      let share = 1 / Double(pairs.count)
      var total = 0.0
      var pair = 0
      while pair < pairs.count {
        let (x, y) = (pairs.first[pair], pairs.second[pair])
        let slack = max(0, 1 - (scores[x] - scores[y]))
        total += share * slack * slack
        deltas[x] -= 2 * share * slack
        deltas[y] += 2 * share * slack
        pair += 1
      }
      pairs.features.withUnsafeBufferPointer { features in
        gradient.withUnsafeMutableBufferPointer {
          projectBackward(
            features.baseAddress!, count: count, featureCount: weights.count, deltas: deltas, width: 1,
            into: $0.baseAddress!)
        }
      }
      for feature in weights.indices {
        gradient[feature] += 2 * decay * weights[feature]
        total += decay * weights[feature] * weights[feature]
      }
      return total
    }
  }

  package func ranking(_ documents: Range<Int>, of data: RankingData) -> Ranking {
    let first = documents.lowerBound
    var row = [Double](repeating: 0, count: weights.count)
    let scores = documents.map { document in
      row.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { scaling.write(document, of: data, into: start) }
      }
      return zip(weights, row).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let sorted = MergeSort.sort(startingOrder(documents)) { scores[$0 - first] > scores[$1 - first] }
    return Ranking(order: sorted.order, comparisons: sorted.comparisons)
  }
}
