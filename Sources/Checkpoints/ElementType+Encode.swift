import Glibc

extension ElementType {
  /// Converts `Float` to elements of this type, rounding to nearest, ties to even.
  ///
  /// As IEEE 754 has it: what is too large becomes infinite, a NaN remains a NaN, and what is too small for
  /// a normal number becomes subnormal. To F32 and F64 the conversion is exact.
  ///
  /// - Parameter bytes: what receives the elements, at any address.
  /// - Precondition: a floating-point type; room for exactly as many elements as there are floats.
  package func encode(_ floats: UnsafeBufferPointer<Float>, into bytes: UnsafeMutableRawBufferPointer) {
    precondition(isFloatingPoint, "\(rawValue) does not hold floating-point numbers")
    precondition(bytes.count == floats.count * byteWidth, "\(bytes.count) bytes for \(floats.count) \(rawValue)")
    guard let source = floats.baseAddress, let target = bytes.baseAddress, !floats.isEmpty else { return }
    switch self {
    case .f32:
      memcpy(target, source, bytes.count)
    case .f64:
      convert(source, to: target, count: floats.count) { (group: SIMD8<Float>) in SIMD8<Double>(group) }
    case .f16:
      convert(source, to: target, count: floats.count) { (group: SIMD8<Float>) in SIMD8<Float16>(group) }
    default:
      convert(source, to: target, count: floats.count, roundToBFloat16)
    }
  }
}

/// The upper halves of eight floats, rounded.
///
/// Half a unit in the last place, less one where that place is even, is added to the bits; a carry into the
/// exponent is the right answer, up to infinity. A NaN would be carried away: it loses its lower half
/// instead, and is made quiet lest nothing be left of its fraction.
@inline(__always)
private func roundToBFloat16(_ floats: SIMD8<Float>) -> SIMD8<UInt16> {
  let bits = unsafeBitCast(floats, to: SIMD8<UInt32>.self)
  let rounded = bits &+ 0x7FFF &+ ((bits &>> 16) & 1)
  // All ones where the magnitude exceeds infinity's. A comparison of vectors is not vectorised.
  let magnitude = SIMD8<Int32>(truncatingIfNeeded: bits & 0x7FFF_FFFF)
  let isNaN = SIMD8<UInt32>(truncatingIfNeeded: (0x7F80_0000 &- magnitude) &>> 31)
  let chosen = (rounded & ~isNaN) | ((bits | 0x0040_0000) & isNaN)
  return SIMD8<UInt16>(truncatingIfNeeded: chosen &>> 16)
}
