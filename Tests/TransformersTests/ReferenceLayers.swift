import Foundation
import TestSupport

/// The layers as their formulas say, in `Double`, for one sample or any number of rows; forward only, because gradients
/// are checked against differences of these.
enum ReferenceLayers {
  /// Rows of x, normalised: (x − mean)/√(variance + ε) ⊙ weight + bias.
  static func layerNorm(
    _ x: ReferenceTensor, weight: [Double], bias: [Double], epsilon: Double
  ) -> ReferenceTensor {
    var y = x
    let count = Double(x.columns)
    for i in 0..<x.rows {
      let row = x.elements[i * x.columns..<(i + 1) * x.columns]
      let mean = row.reduce(0, +) / count
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      for (j, value) in row.enumerated() {
        y[i, j] = (value - mean) / (variance + epsilon).squareRoot() * weight[j] + bias[j]
      }
    }
    return y
  }

  /// x·weightᵀ + bias.
  static func linear(_ x: ReferenceTensor, weight: ReferenceTensor, bias: [Double]?) -> ReferenceTensor {
    let matrix = ReferenceTensor(shape: [weight.rows, weight.columns], elements: weight.elements)
    var y = x.times(matrix.transposed)
    if let bias { for i in 0..<y.rows { for j in 0..<y.columns { y[i, j] += bias[j] } } }
    return y
  }

  /// x · sigmoid(1.702·x).
  static func quickGELU(_ x: Double) -> Double { x / (1 + exp(-1.702 * x)) }

  /// x · Φ(x).
  static func gelu(_ x: Double) -> Double { x * 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// Rows of x.
  static func softmax(_ x: ReferenceTensor) -> ReferenceTensor {
    var y = x
    for i in 0..<x.rows {
      let row = x.elements[i * x.columns..<(i + 1) * x.columns]
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      for (j, value) in row.enumerated() { y[i, j] = exp(value - largest) / sum }
    }
    return y
  }

  /// q [M, C], kv [N, 2·C].
  ///
  /// - Returns: the result [M, C] and the probabilities [H·M, N].
  static func attention(
    _ q: ReferenceTensor, _ kv: ReferenceTensor, heads: Int, isCausal: Bool = false
  ) -> (result: ReferenceTensor, probabilities: ReferenceTensor) {
    let (width, headWidth) = (q.columns, q.columns / heads)
    var result = ReferenceTensor(zeros: [q.rows, width])
    var probabilities = ReferenceTensor(zeros: [heads * q.rows, kv.rows])
    for head in 0..<heads {
      for m in 0..<q.rows {
        var scores = ReferenceTensor(zeros: [1, kv.rows])
        for n in 0..<kv.rows {
          for c in head * headWidth..<(head + 1) * headWidth { scores.elements[n] += q[m, c] * kv[n, c] }
          scores.elements[n] /= Double(headWidth).squareRoot()
          // The last token that asks is the last of all; none sees those behind it.
          if isCausal, n - m > kv.rows - q.rows { scores.elements[n] = -.infinity }
        }
        let p = softmax(scores).elements
        for n in 0..<kv.rows {
          probabilities[head * q.rows + m, n] = p[n]
          for c in head * headWidth..<(head + 1) * headWidth { result[m, c] += p[n] * kv[n, width + c] }
        }
      }
    }
    return (result, probabilities)
  }

  /// f/‖f‖·weightᵀ + bias.
  static func head(_ features: ReferenceTensor, weight: ReferenceTensor, bias: [Double]?) -> ReferenceTensor {
    var normalized = features
    for i in 0..<features.rows {
      let row = features.elements[i * features.columns..<(i + 1) * features.columns]
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      for j in 0..<features.columns { normalized[i, j] /= norm }
    }
    return linear(normalized, weight: weight, bias: bias)
  }

  /// One sample's residual block, all tokens.
  static func block(
    _ x: ReferenceTensor, _ weights: ReferenceBlockWeights, heads: Int, activation: (Double) -> Double, epsilon: Double
  ) -> ReferenceTensor {
    let width = x.columns
    let norm1 = layerNorm(x, weight: weights.norm1.weight, bias: weights.norm1.bias, epsilon: epsilon)
    let qkv = linear(norm1, weight: weights.qkv.weight, bias: weights.qkv.bias)
    let attended = attention(columns(qkv, 0..<width), columns(qkv, width..<3 * width), heads: heads).result
    func scaled(_ x: ReferenceTensor, by scale: [Double]?) -> ReferenceTensor {
      guard let scale else { return x }
      var y = x
      for i in 0..<x.rows { for j in 0..<x.columns { y[i, j] *= scale[j] } }
      return y
    }
    let output = linear(attended, weight: weights.output.weight, bias: weights.output.bias)
    let x2 = combine(x, scaled(output, by: weights.scales?.attention), +)
    let norm2 = layerNorm(x2, weight: weights.norm2.weight, bias: weights.norm2.bias, epsilon: epsilon)
    var hidden = linear(norm2, weight: weights.expand.weight, bias: weights.expand.bias)
    hidden.elements = hidden.elements.map(activation)
    let contracted = linear(hidden, weight: weights.contract.weight, bias: weights.contract.bias)
    return combine(x2, scaled(contracted, by: weights.scales?.mlp), +)
  }

  static func columns(_ x: ReferenceTensor, _ range: Range<Int>) -> ReferenceTensor {
    var result = ReferenceTensor(zeros: [x.rows, range.count])
    for i in 0..<x.rows { for (place, j) in range.enumerated() { result[i, place] = x[i, j] } }
    return result
  }

  static func rows(_ x: ReferenceTensor, _ range: Range<Int>) -> ReferenceTensor {
    ReferenceTensor(
      shape: [range.count, x.columns],
      elements: Array(x.elements[range.lowerBound * x.columns..<range.upperBound * x.columns]))
  }
}

/// What a residual block multiplies by and adds.
struct ReferenceBlockWeights {
  typealias Norm = (weight: [Double], bias: [Double])
  typealias Layer = (weight: ReferenceTensor, bias: [Double])
  var norm1: Norm
  /// [3·C, C].
  var qkv: Layer
  var output: Layer
  var norm2: Norm
  var expand: Layer
  var contract: Layer
  var scales: (attention: [Double], mlp: [Double])?
}
