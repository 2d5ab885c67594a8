import Glibc

extension ElementType {
  /// Converts elements of this type to `Float`: exactly, but for F64, which is rounded to nearest even.
  ///
  /// The bytes may lie at any address. The loops work on eight elements at a time; a Float is the upper
  /// half of its bits in BF16, and F16 is one instruction on processors that have it.
  ///
  /// - Parameter bytes: the elements, one after another.
  /// - Parameter floats: what receives them.
  /// - Precondition: a floating-point type; as many elements in `bytes` as in `floats`.
  package func decode(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
    precondition(isFloatingPoint, "\(rawValue) does not hold floating-point numbers")
    precondition(bytes.count == floats.count * byteWidth, "\(bytes.count) bytes for \(floats.count) \(rawValue)")
    guard let source = bytes.baseAddress, let target = floats.baseAddress, !floats.isEmpty else { return }
    switch self {
    case .f32:
      memcpy(target, source, bytes.count)
    case .f64:
      convert(source, to: target, count: floats.count) { (group: SIMD8<Double>) in SIMD8<Float>(group) }
    case .f16:
      convert(source, to: target, count: floats.count) { (group: SIMD8<Float16>) in SIMD8<Float>(group) }
    default:
      convert(source, to: target, count: floats.count) { (group: SIMD8<UInt16>) in
        unsafeBitCast(SIMD8<UInt32>(truncatingIfNeeded: group) &<< 16, to: SIMD8<Float>.self)
      }
    }
  }
}

/// Applies `body` to `count` scalars in groups of eight, of which the last is filled up with zeros.
///
/// Source and target may lie at any address, but must not overlap.
@inline(__always)
func convert<From: SIMDScalar, To: SIMDScalar>(
  _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, count: Int,
  _ body: (SIMD8<From>) -> SIMD8<To>
) where From: BitwiseCopyable, To: BitwiseCopyable {
  let (from, to) = (MemoryLayout<From>.size, MemoryLayout<To>.size)
  let whole = count & ~7
  var index = 0
  while index < whole {
    let group = (source + index * from).loadUnaligned(as: SIMD8<From>.self)
    (target + index * to).storeBytes(of: body(group), as: SIMD8<To>.self)
    index += 8
  }
  guard index < count else { return }
  withUnsafeTemporaryAllocation(of: SIMD8<From>.self, capacity: 1) { rest in
    let rest = UnsafeMutableRawBufferPointer(rest)
    rest.initializeMemory(as: UInt8.self, repeating: 0)
    rest.copyMemory(from: UnsafeRawBufferPointer(start: source + index * from, count: (count - index) * from))
    withUnsafeBytes(of: body(rest.load(as: SIMD8<From>.self))) { converted in
      (target + index * to).copyMemory(from: converted.baseAddress!, byteCount: (count - index) * to)
    }
  }
}
