/// The activation of hidden and output units, and its derivative.
///
///     φ(z) = z·r,   φ'(z) = r³,   r = 1/√(1 + z²);   ψ(s) = (1 + φ(s))/2
///
/// φ runs from −1 to 1, ψ from 0 to 1. Addition, product, quotient and square root are rounded alike by every processor,
/// which exponential functions are not: a seed gives the same comparator, to the bit, on every machine.
enum AlgebraicSigmoid {
  /// r = 1/√(1 + z²).
  @inline(__always)
  static func slant(_ z: Double) -> Double { 1 / (1 + z * z).squareRoot() }

  /// φ(z).
  @inline(__always)
  static func value(_ z: Double) -> Double { z * slant(z) }

  /// ψ(s).
  @inline(__always)
  static func probability(_ s: Double) -> Double { 0.5 * (1 + value(s)) }
}
