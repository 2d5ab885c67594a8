/// What features are shifted and multiplied by, so that each has mean 0 and variance 1 over the training set.
///
///     scaled = (x − mean)·factor,   factor = 1/√variance; 0 for a feature that is the same in all documents
///
/// A feature that never varied is ignored, whatever it is in documents to come. It belongs to what is learnt: other
/// documents are scaled alike.
package struct FeatureScaling: Equatable, Sendable {
  /// [F].
  package let means: [Double]
  /// [F].
  package let factors: [Double]

  package init(means: [Double], factors: [Double]) {
    precondition(means.count == factors.count)
    self.means = means
    self.factors = factors
  }

  /// - Parameter data: the training set, judged or not.
  package init(fitting data: RankingData) {
    let (count, featureCount) = (data.count, data.featureCount)
    var means = [Double](repeating: 0, count: featureCount)
    var squares = means
    // A mean of equal numbers can differ from them in the last place: variance alone does not show what is constant.
    var isConstant = [Bool](repeating: true, count: featureCount)
    data.features.withUnsafeBufferPointer { features in
      var index = 0
      while index < features.count {
        let feature = index % featureCount
        means[feature] += Double(features[index])
        if features[index] != features[feature] { isConstant[feature] = false }
        index += 1
      }
      for feature in 0..<featureCount { means[feature] /= Double(max(1, count)) }
      index = 0
      while index < features.count {
        let feature = index % featureCount
        let difference = Double(features[index]) - means[feature]
        squares[feature] += difference * difference
        index += 1
      }
    }
    self.means = means
    factors = (0..<featureCount).map { feature in
      isConstant[feature] ? 0 : 1 / (squares[feature] / Double(count)).squareRoot()
    }
  }

  /// Writes a document's F features, scaled.
  ///
  /// - Precondition: the data have no more than F features; those that they lack are 0.
  func write(_ document: Int, of data: RankingData, into row: UnsafeMutablePointer<Double>) {
    precondition(data.featureCount <= means.count)
    data.features.withUnsafeBufferPointer { features in
      means.withUnsafeBufferPointer { means in
        factors.withUnsafeBufferPointer { factors in
          let start = document * data.featureCount
          var feature = 0
          while feature < means.count {
            let x = feature < data.featureCount ? Double(features[start + feature]) : 0
            row[feature] = (x - means[feature]) * factors[feature]
            feature += 1
          }
        }
      }
    }
  }
}
