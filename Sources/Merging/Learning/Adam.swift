import Foundation

/// Numbers that are learnt, with the moments of their gradients.
///
///     m ← β₁m + (1 − β₁)g,   v ← β₂v + (1 − β₂)g²,   x ← x − lr · m̂ / (√v̂ + ε),   m̂ = m/(1 − β₁ᵗ),   v̂ = v/(1 − β₂ᵗ)
///
/// β₁ 0.9, β₂ 0.999, ε 1e-8. In `Double`: there are few of them, and a mask bit hangs on a sign.
///
/// Source: Kingma and Ba (arXiv:1412.6980), algorithm 1.
package struct AdamVector: Equatable, Sendable {
  package private(set) var values: [Double]
  package private(set) var firstMoments: [Double]
  package private(set) var secondMoments: [Double]

  package init(_ values: [Double]) {
    self.values = values
    firstMoments = [Double](repeating: 0, count: values.count)
    secondMoments = [Double](repeating: 0, count: values.count)
  }

  /// - Precondition: equally many of all three.
  init(values: [Double], firstMoments: [Double], secondMoments: [Double]) {
    precondition(values.count == firstMoments.count && values.count == secondMoments.count)
    (self.values, self.firstMoments, self.secondMoments) = (values, firstMoments, secondMoments)
  }

  /// Takes over the values of another vector, which is learnt in this one's place.
  mutating func setValues(_ other: [Double]) {
    precondition(other.count == values.count)
    for index in values.indices { values[index] = other[index] }
  }

  /// Takes one step.
  ///
  /// - Parameters:
  ///   - step: 1 for the first.
  ///   - gradient: gives the gradient with respect to a value, from its place and present value.
  @inline(__always)
  package mutating func descend(
    learningRate: Double, step: Int, _ gradient: (_ index: Int, _ value: Double) -> Double
  ) {
    precondition(step >= 1)
    let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-8)
    let correction1 = 1 - pow(beta1, Double(step))
    let correction2 = 1 - pow(beta2, Double(step))
    for index in values.indices {
      let g = gradient(index, values[index])
      firstMoments[index] = beta1 * firstMoments[index] + (1 - beta1) * g
      secondMoments[index] = beta2 * secondMoments[index] + (1 - beta2) * g * g
      let mean = firstMoments[index] / correction1
      let deviation = (secondMoments[index] / correction2).squareRoot()
      values[index] -= learningRate * mean / (deviation + epsilon)
    }
  }
}
