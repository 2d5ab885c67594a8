import Foundation
import LinearAlgebra

/// Layer normalisation over the last dimension.
///
///     y = x̂ ⊙ weight + bias,   x̂ = (x − mean) / √(variance + ε)
///
/// Source: Ba, Kiros and Hinton (arXiv:1607.06450).
///
/// B·N rows, C columns throughout.
package enum LayerNorm {
  /// - Parameters:
  ///   - x: [rows, C].
  ///   - statistics: [rows, 2], filled with each row's mean and 1/√(variance + ε).
  ///   - y: [rows, C].
  package static func forward(
    _ x: MatrixView, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float,
    statistics: MutableMatrixView, into y: MutableMatrixView
  ) {
    let count = x.columns
    for row in 0..<x.rows {
      let input = x[row: row]
      let mean = sum(input, count: count) / Float(count)
      let variance = squaredDistance(input, from: mean, count: count) / Float(count)
      let scale = 1 / (variance + epsilon).squareRoot()
      statistics[row: row][0] = mean
      statistics[row: row][1] = scale
      normalize(input, mean: mean, scale: scale, weight: weight, bias: bias, into: y[row: row], count: count)
    }
  }

  /// y again, from x and the statistics of `forward`.
  package static func recompute(
    _ x: MatrixView, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, statistics: MatrixView,
    into y: MutableMatrixView
  ) {
    for row in 0..<x.rows {
      normalize(
        x[row: row], mean: statistics[row: row][0], scale: statistics[row: row][1], weight: weight, bias: bias,
        into: y[row: row], count: x.columns)
    }
  }

  /// Adds the gradient of the loss with respect to x, and gives those of weight and bias.
  ///
  ///     dx̂ = dy ⊙ weight,   dx = scale · (dx̂ − mean(dx̂) − x̂ · mean(dx̂ ⊙ x̂))
  ///     dweight = Σ dy ⊙ x̂,   dbias = Σ dy          over the rows
  ///
  /// - Parameters:
  ///   - dy: [rows, C].
  ///   - dx: [rows, C]; gets `residual` plus the gradient. Nil where no gradient of x is wanted.
  ///   - residual: [rows, C], or nil for zeros. It may be `dx`.
  ///   - parameterGradient: 2·C elements, dweight then dbias; overwritten.
  package static func backward(
    _ dy: MatrixView, x: MatrixView, weight: UnsafePointer<Float>, statistics: MatrixView, residual: MatrixView?,
    dx: MutableMatrixView?, parameterGradient: UnsafeMutablePointer<Float>
  ) {
    let count = x.columns
    let (dWeight, dBias) = (parameterGradient, parameterGradient + count)
    parameterGradient.update(repeating: 0, count: 2 * count)
    for row in 0..<x.rows {
      let (input, gradient) = (x[row: row], dy[row: row])
      let (mean, scale) = (statistics[row: row][0], statistics[row: row][1])
      var sums = FloatVector.zero
      var products = FloatVector.zero
      forPartialVectors(count) { index, length in
        let normalized = (load(input, index, length) - mean) * scale
        let g = load(gradient, index, length)
        store(load(dWeight, index, length) + g * normalized, dWeight, index, length)
        store(load(dBias, index, length) + g, dBias, index, length)
        let scaled = g * load(weight, index, length)
        sums += scaled
        products += scaled * normalized
      }
      guard let dx else { continue }
      let meanGradient = sums.total / Float(count)
      let meanProduct = products.total / Float(count)
      let target = dx[row: row]
      forPartialVectors(count) { index, length in
        let normalized = (load(input, index, length) - mean) * scale
        let scaled = load(gradient, index, length) * load(weight, index, length)
        var value = (scaled - meanGradient - normalized * meanProduct) * scale
        if let residual { value += load(residual[row: row], index, length) }
        store(value, target, index, length)
      }
    }
  }

  @inline(__always)
  private static func normalize(
    _ x: UnsafePointer<Float>, mean: Float, scale: Float, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    forPartialVectors(count) { index, length in
      let normalized = (load(x, index, length) - mean) * scale
      store(normalized * load(weight, index, length) + load(bias, index, length), y, index, length)
    }
  }

  @inline(__always)
  private static func sum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var sums = FloatVector.zero
    forPartialVectors(count) { index, length in sums += load(x, index, length) }
    return sums.total
  }

  /// Σ (x − mean)².
  @inline(__always)
  private static func squaredDistance(_ x: UnsafePointer<Float>, from mean: Float, count: Int) -> Float {
    var sums = FloatVector.zero
    forVectors(count) { index in
      let distance = x.vector(at: index) - mean
      sums += distance * distance
    } rest: { index in
      sums[0] += (x[index] - mean) * (x[index] - mean)
    }
    return sums.total
  }
}
