import Glibc

/// The noise of one tensor in one trial: element i of it is a function of seed, tensor, trial and i alone.
///
///     z₂ₖ = √(−2 ln u) · cos 2πv,   z₂ₖ₊₁ = √(−2 ln u) · sin 2πv,   u, v uniform in (0, 1)
///
/// u and v are (x + ½)·2⁻³² of two of Philox's words. Computed in double precision, and rounded once when added.
///
/// Source: Box and Muller, A Note on the Generation of Random Normal Deviates (1958).
package struct NormalNoise: Sendable {
  private let philox: Philox
  private let tensor: UInt32
  private let trial: UInt32

  /// - Parameters:
  ///   - tensor: any number for each tensor.
  ///   - trial: any number for each trial.
  package init(seed: UInt64, tensor: Int, trial: Int) {
    philox = Philox(key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
    self.tensor = UInt32(tensor)
    self.trial = UInt32(trial)
  }

  /// x ← x + σ·z for the elements of a tensor in a range.
  ///
  /// - Parameters:
  ///   - elements: the whole tensor.
  ///   - deviation: σ.
  /// - Precondition: the range begins at a multiple of four; the tensor has at most 2³⁴ elements.
  package func add(to elements: UnsafeMutableBufferPointer<Float>, _ range: Range<Int>, deviation: Double) {
    precondition(range.lowerBound % 4 == 0, "noise comes by fours")
    for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      let values = normals(UInt32(start / 4))
      for index in start..<min(start + 4, range.upperBound) {
        elements[index] = Float(Double(elements[index]) + deviation * values[index - start])
      }
    }
  }

  /// Elements 4·block ..< 4·block + 4.
  private func normals(_ block: UInt32) -> SIMD4<Double> {
    let bits = philox.bits(SIMD4(block, tensor, trial, 0))
    func uniform(_ word: UInt32) -> Double { (Double(word) + 0.5) * 0x1p-32 }
    func pair(_ first: UInt32, _ second: UInt32) -> (Double, Double) {
      let (radius, angle) = ((-2 * log(uniform(first))).squareRoot(), 2 * Double.pi * uniform(second))
      return (radius * cos(angle), radius * sin(angle))
    }
    let (a, b) = (pair(bits.x, bits.y), pair(bits.z, bits.w))
    return SIMD4(a.0, a.1, b.0, b.1)
  }

  /// The standard deviation of some numbers, with n − 1 in the denominator; 0 of fewer than two.
  package static func deviation(of elements: UnsafeBufferPointer<Float>) -> Double {
    guard elements.count > 1 else { return 0 }
    let mean = elements.reduce(0) { $0 + Double($1) } / Double(elements.count)
    let squares = elements.reduce(0) { sum, value in sum + (Double(value) - mean) * (Double(value) - mean) }
    return (squares / Double(elements.count - 1)).squareRoot()
  }
}
