import LinearAlgebra

/// The nonlinearity between the two layers of an MLP.
package enum Activation: String, Sendable {
  /// x · sigmoid(1.702·x), OpenAI's CLIP.
  case quickGELU = "quick_gelu"
  /// x · Φ(x), Φ the standard normal distribution. Source: Hendrycks and Gimpel (arXiv:1606.08415).
  case gelu
  /// x · sigmoid(2u), u = √(2/π)·(x + 0.044715·x³), which is ½·x·(1 + tanh u): GPT-2's approximation of `gelu`.
  case newGELU = "gelu_new"

  /// y ← f(x). `y` may be `x`.
  package func forward(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .quickGELU: mapVectors(x, into: y, count: count) { $0 * Self.quickGate($0) }
    case .gelu: mapVectors(x, into: y, count: count) { $0 * Self.normal($0).distribution }
    case .newGELU: mapVectors(x, into: y, count: count) { $0 * Self.tanhGate($0) }
    }
  }

  /// y ← f(x) again, and dx ← dy ⊙ f′(x). `dx` may be `dy`.
  package func backward(
    _ x: UnsafePointer<Float>, recomputing y: UnsafeMutablePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>, count: Int
  ) {
    switch self {
    case .quickGELU:
      forPartialVectors(count) { index, length in
        let value = load(x, index, length)
        let gate = Self.quickGate(value)
        let slope = gate + value * gate * (1 - gate) * 1.702
        store(value * gate, y, index, length)
        store(load(dy, index, length) * slope, dx, index, length)
      }
    case .gelu:
      forPartialVectors(count) { index, length in
        let value = load(x, index, length)
        let normal = Self.normal(value)
        store(value * normal.distribution, y, index, length)
        store(load(dy, index, length) * (normal.distribution + value * normal.density), dx, index, length)
      }
    case .newGELU:
      forPartialVectors(count) { index, length in
        let value = load(x, index, length)
        let gate = Self.tanhGate(value)
        let inner = (1 + value * value * (3 * 0.044_715)) * (2 * 0.797_884_56)
        let slope = gate + value * gate * (1 - gate) * inner
        store(value * gate, y, index, length)
        store(load(dy, index, length) * slope, dx, index, length)
      }
    }
  }

  @inline(__always)
  private static func quickGate(_ x: FloatVector) -> FloatVector { 1 / (1 + FloatVector.exp(x * -1.702)) }

  @inline(__always)
  private static func tanhGate(_ x: FloatVector) -> FloatVector {
    1 / (1 + FloatVector.exp((x + x * x * x * 0.044_715) * (-2 * 0.797_884_56)))
  }

  /// Φ(x) and φ(x) of the standard normal distribution, to an absolute 1e-7.
  ///
  ///     Φ(−|x|) = ½ · (a₁t + … + a₅t⁵) · exp(−x²/2),   t = 1 / (1 + p·|x|/√2)
  ///
  /// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
  @inline(__always)
  private static func normal(_ x: FloatVector) -> (distribution: FloatVector, density: FloatVector) {
    let magnitude = x.replacing(with: -x, where: x .< 0)
    let t = 1 / (1 + magnitude * (0.327_591_1 * 0.707_106_78))
    let bell = FloatVector.exp(x * x * -0.5)
    var polynomial = t * 1.061_405_429 - 1.453_152_027
    polynomial = polynomial * t + 1.421_413_741
    polynomial = polynomial * t - 0.284_496_736
    polynomial = polynomial * t + 0.254_829_592
    let tail = polynomial * t * bell * 0.5
    return (tail.replacing(with: 1 - tail, where: x .>= 0), bell * 0.398_942_28)
  }
}

/// y ← tanh(x), written as 2·sigmoid(2x) − 1. `y` may be `x`.
package func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
  mapVectors(x, into: y, count: count) { 2 / (1 + FloatVector.exp($0 * -2)) - 1 }
}

/// dx ← dy ⊙ (1 − y²) for y = tanh(x). `dx` may be `dy`.
package func tanhBackward(
  _ dy: UnsafePointer<Float>, y: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>, count: Int
) {
  forPartialVectors(count) { index, length in
    let value = load(y, index, length)
    store(load(dy, index, length) * (1 - value * value), dx, index, length)
  }
}
