import Foundation

/// Losses of one sample's class logits z, K classes, p = softmax(z), in nats.
enum Losses {
  /// The Shannon entropy of the prediction.
  ///
  ///     H = −Σ p log p,   ∂H/∂z_c = −p_c (log p_c + H)
  ///
  /// - Parameter classLogits: [K]; overwritten with the gradient.
  /// - Returns: H.
  static func entropy(_ classLogits: UnsafeMutableBufferPointer<Float>) -> Double {
    let logProbabilities = logSoftmax(classLogits)
    // A probability that underflows adds nothing: p log p → 0.
    let entropy = -logProbabilities.reduce(0) { $0 + exp($1) * $1 }
    for (index, value) in logProbabilities.enumerated() {
      classLogits[index] = Float(-exp(value) * (value + entropy))
    }
    return entropy
  }

  /// Cross-entropy to a fine-tuned model's label, where that counts: where the merged model agrees or the fine-tuned one
  /// is at least as confident.
  ///
  ///     L = −log p_y,   ∂L/∂z_c = p_c − [c = y]
  ///
  /// - Parameters:
  ///   - classLogits: [K]; overwritten with the gradient, of zeros where the sample does not count.
  ///   - label: y.
  ///   - confidence: the fine-tuned model's probability of y.
  /// - Returns: L, or nil where the sample does not count.
  static func selfLabel(
    _ classLogits: UnsafeMutableBufferPointer<Float>, label: Int, confidence: Double
  ) -> Double? {
    let logProbabilities = logSoftmax(classLogits)
    let prediction = logProbabilities.indices.max { logProbabilities[$0] < logProbabilities[$1] }!
    guard prediction == label || confidence >= exp(logProbabilities[prediction]) else {
      classLogits.update(repeating: 0)
      return nil
    }
    for (index, value) in logProbabilities.enumerated() {
      classLogits[index] = Float(exp(value) - (index == label ? 1 : 0))
    }
    return -logProbabilities[label]
  }

  /// log p, in `Double`.
  static func logSoftmax(_ classLogits: UnsafeMutableBufferPointer<Float>) -> [Double] {
    let largest = Double(classLogits.max() ?? 0)
    let logSum = log(classLogits.reduce(0) { $0 + exp(Double($1) - largest) })
    return classLogits.map { Double($0) - largest - logSum }
  }
}
