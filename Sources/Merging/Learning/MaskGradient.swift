import Foundation
import LinearAlgebra

/// The gradients of masks and coefficients, out of the gradient of a merged tensor.
///
/// Source: Lee et al., AdaRank (arXiv:2503.22178), the straight-through estimator of the mask.
enum MaskGradient {
  /// gₖ = uₖᵀ G vₖ for some components of a task: only the diagonal of UᵀGV is needed, so one product and then a dot
  /// product per component.
  ///
  /// Cost: 2·m·n operations per component.
  ///
  /// - Parameters:
  ///   - gradient: G [m, n].
  ///   - components: which.
  ///   - scratch: room for `components.count` times min(m, n) elements.
  ///   - diagonal: [r]; the places of `components` are written.
  static func diagonal(
    _ gradient: MatrixView, _ factors: SingularComponents, components: Range<Int>,
    scratch: UnsafeMutablePointer<Float>, into diagonal: UnsafeMutablePointer<Float>
  ) {
    // G is applied to the longer side's vectors, which leaves the shorter product.
    let (applied, other, matrix) =
      gradient.rows <= gradient.columns
      ? (factors.right, factors.left, gradient.transposed) : (factors.left, factors.right, gradient)
    let product = MutableMatrixView(scratch, rows: components.count, columns: matrix.columns)
    multiply(applied.rows(components), matrix, into: product)
    for (row, component) in components.enumerated() {
      diagonal[component] = Float(dot(product[row: row], other[row: component], count: product.columns))
    }
  }

  /// The gradient of the loss with respect to one mask logit ℓ, in nats per unit of logit.
  ///
  ///     ∂L/∂ℓ = λ · σ · g · p (1 − p) / temperature,   p = sigmoid(ℓ / temperature)
  ///
  /// - Parameters:
  ///   - diagonal: g of the component.
  ///   - value: σ of the component.
  ///   - coefficient: λ.
  @inline(__always)
  static func logit(
    _ logit: Double, diagonal: Float, value: Float, coefficient: Double, temperature: Double
  ) -> Double {
    let p = 1 / (1 + exp(-logit / temperature))
    return coefficient * Double(value) * Double(diagonal) * p * (1 - p) / temperature
  }

  /// The gradient of the loss with respect to λ of one task's masked matrix.
  ///
  ///     ∂L/∂λ = Σₖ bₖ σₖ gₖ
  static func coefficient(diagonal: UnsafePointer<Float>, values: [Float], logits: [Double]) -> Double {
    logits.indices.reduce(0) { $0 + (logits[$1] > 0 ? Double(values[$1]) * Double(diagonal[$1]) : 0) }
  }
}
