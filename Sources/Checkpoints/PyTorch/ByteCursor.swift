/// A place in little-endian bytes, from which integers and runs of bytes are taken in order.
struct ByteCursor {
  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int

  /// - Precondition: `position` is not negative.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    precondition(position >= 0)
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// The range of the next `count` bytes; nil where fewer are left or the count is negative.
  mutating func skip(_ count: Int) -> Range<Int>? {
    guard count >= 0, position <= bytes.count, count <= bytes.count - position else { return nil }
    defer { position += count }
    return position..<position + count
  }

  /// The next integer; nil where the bytes end before it does.
  mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value? {
    skip(MemoryLayout<Value>.size).map {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: $0.lowerBound, as: type))
    }
  }
}
