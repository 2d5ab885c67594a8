extension Metric {
  /// Why the metric says nothing of a head with K classes, in a sentence; nil where it does.
  func problem(classCount: Int) -> String? {
    guard self == .f1, classCount != 2 else { return nil }
    return "metric f1 is for 2 classes, but the head has \(classCount); matthews is for any number"
  }

  /// - Parameters:
  ///   - labels: [N], each in 0 ..< K.
  ///   - predictions: [N], likewise.
  ///   - classCount: K.
  func score(labels: [Int], predictions: [Int], classCount: Int) -> Double {
    switch self {
    case .matthews: Self.matthews(labels, predictions, classCount: classCount)
    case .f1: Self.f1(labels, predictions)
    }
  }

  /// For K classes, of N inputs c rightly predicted, pₖ predicted as k and tₖ labelled so:
  ///
  ///     (c·N − Σ pₖ·tₖ) / √((N² − Σ pₖ²)·(N² − Σ tₖ²))
  ///
  /// and 0 where the denominator is 0.
  ///
  /// Source: Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient (2004).
  private static func matthews(_ labels: [Int], _ predictions: [Int], classCount: Int) -> Double {
    var (predicted, labelled) = ([Double](repeating: 0, count: classCount), [Double](repeating: 0, count: classCount))
    var right = 0.0
    for (label, prediction) in zip(labels, predictions) {
      labelled[label] += 1
      predicted[prediction] += 1
      if label == prediction { right += 1 }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let count = Double(labels.count)
    let denominator = (count * count - dot(predicted, predicted)) * (count * count - dot(labelled, labelled))
    return denominator > 0 ? (right * count - dot(predicted, labelled)) / denominator.squareRoot() : 0
  }

  /// 2·TP / (2·TP + FP + FN) of class 1, and 0 where there is none of it.
  private static func f1(_ labels: [Int], _ predictions: [Int]) -> Double {
    let pairs = zip(labels, predictions)
    let both = pairs.count { $0 == 1 && $1 == 1 }
    let either = pairs.count { ($0 == 1) != ($1 == 1) }
    return both == 0 ? 0 : Double(2 * both) / Double(2 * both + either)
  }
}
