/// What a read came to, as a number: equal reads have equal ones.
///
/// FNV-1a, in words of eight bytes where there are as many.
struct Digest: Equatable, Sendable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x100_0000_01B3 ^ value >> 29 }

  mutating func add(_ number: Int) { add(UInt64(bitPattern: Int64(number))) }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(bytes.count)
    var index = 0
    while index + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index += 8
    }
    for byte in bytes[index...] { add(UInt64(byte)) }
  }

  /// A value by its description, of which none is another value's.
  mutating func add(_ value: some Any) {
    var text = "\(value)"
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }
}
