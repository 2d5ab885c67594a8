/// Sixteen elements at once: two 256-bit registers, which hides the latency of one.
@usableFromInline package typealias FloatVector = SIMD16<Float>

extension UnsafePointer<Float> {
  /// The sixteen elements from `offset` on, whatever their alignment.
  @inlinable @inline(__always)
  package func vector(at offset: Int) -> FloatVector {
    UnsafeRawPointer(self + offset).loadUnaligned(as: FloatVector.self)
  }
}

extension UnsafeMutablePointer<Float> {
  @inlinable @inline(__always)
  package func vector(at offset: Int) -> FloatVector {
    UnsafeRawPointer(self + offset).loadUnaligned(as: FloatVector.self)
  }

  @inlinable @inline(__always)
  package func store(_ vector: FloatVector, at offset: Int) {
    UnsafeMutableRawPointer(self + offset).storeBytes(of: vector, as: FloatVector.self)
  }
}

extension FloatVector {
  /// The sum of the elements, by halves: always in the same order.
  @inlinable @inline(__always)
  package var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  @inlinable @inline(__always)
  package var largest: Float {
    let eight = pointwiseMax(lowHalf, highHalf)
    let four = pointwiseMax(eight.lowHalf, eight.highHalf)
    let two = pointwiseMax(four.lowHalf, four.highHalf)
    return Swift.max(two.x, two.y)
  }

  /// eˣ, to about one unit in the last place where the result is a normal number; x is clamped to −87 ... 88. e to NaN is NaN.
  ///
  ///     eˣ = 2ⁿ · eʳ,   n = round(x / ln 2),   r = x − n·ln 2 in two parts,   eʳ by a polynomial of degree 7
  ///
  /// Source: the coefficients of `expf` in Cephes (S. L. Moshier).
  @inlinable @inline(__always)
  package static func exp(_ argument: FloatVector) -> FloatVector {
    // Not clamped(lowerBound:upperBound:), which takes NaN for −87.
    let x = argument.replacing(with: -87, where: argument .< -87).replacing(with: 88, where: argument .> 88)
    // Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits.
    let shifter: Float = 12_582_912
    let shifted = x * 1.442_695_04 + shifter
    let n = shifted - shifter
    let r = (x - n * 0.693_359_375) - n * -2.121_944_4e-4
    var y = r * 1.987_569_15e-4 + 1.398_199_95e-3
    y = y * r + 8.333_451_9e-3
    y = y * r + 4.166_579_6e-2
    y = y * r + 1.666_666_55e-1
    y = y * r + 5.000_000_1e-1
    y = y * (r * r) + r + 1
    let exponent = unsafeBitCast(shifted, to: SIMD16<UInt32>.self) &<< 23 &+ 0x3f80_0000
    return y * unsafeBitCast(exponent, to: FloatVector.self)
  }
}

/// Calls `whole` at each multiple of sixteen that has sixteen elements left, then `rest` for each element that remains.
@inlinable @inline(__always)
package func forVectors(_ count: Int, whole: (Int) -> Void, rest: (Int) -> Void) {
  var index = 0
  while index + 16 <= count {
    whole(index)
    index += 16
  }
  while index < count {
    rest(index)
    index += 1
  }
}

extension UnsafePointer<Float> {
  /// The `count` elements from `offset` on, fewer than sixteen, and zeros after them.
  @inlinable @inline(__always)
  package func partialVector(at offset: Int, count: Int) -> FloatVector {
    var vector = FloatVector.zero
    for index in 0..<count { vector[index] = self[offset + index] }
    return vector
  }
}

extension UnsafeMutablePointer<Float> {
  /// Stores the first `count` elements of `vector`.
  @inlinable @inline(__always)
  package func store(_ vector: FloatVector, at offset: Int, count: Int) {
    for index in 0..<count { self[offset + index] = vector[index] }
  }
}

/// Calls `body` with the start and length of each stretch of sixteen elements, and of the shorter last one.
@inlinable @inline(__always)
package func forPartialVectors(_ count: Int, _ body: (_ index: Int, _ length: Int) -> Void) {
  var index = 0
  while index + 16 <= count {
    body(index, 16)
    index += 16
  }
  if index < count { body(index, count - index) }
}

/// `length` elements from `index` on, at most sixteen; zeros after them.
@inlinable @inline(__always)
package func load(_ x: UnsafePointer<Float>, _ index: Int, _ length: Int) -> FloatVector {
  length == 16 ? x.vector(at: index) : x.partialVector(at: index, count: length)
}

/// `length` elements from `index` on, at most sixteen; zeros after them.
@inlinable @inline(__always)
package func load(_ x: UnsafeMutablePointer<Float>, _ index: Int, _ length: Int) -> FloatVector {
  load(UnsafePointer(x), index, length)
}

/// Stores the first `length` elements of `vector`, at most sixteen, from `index` on.
@inlinable @inline(__always)
package func store(_ vector: FloatVector, _ y: UnsafeMutablePointer<Float>, _ index: Int, _ length: Int) {
  if length == 16 { y.store(vector, at: index) } else { y.store(vector, at: index, count: length) }
}

/// y ← f(x), sixteen elements at a time; the last ones are filled up with zeros. `y` may be `x`.
@inlinable @inline(__always)
package func mapVectors(
  _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int, _ f: (FloatVector) -> FloatVector
) {
  forPartialVectors(count) { store(f(load(x, $0, $1)), y, $0, $1) }
}
