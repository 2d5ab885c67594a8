extension [UInt8] {
  /// The number in the two bytes from `offset` on, the higher first.
  func bigEndian16(at offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }
  /// The number in the four bytes from `offset` on, the highest first.
  func bigEndian32(at offset: Int) -> Int { bigEndian16(at: offset) << 16 | bigEndian16(at: offset + 2) }
}
