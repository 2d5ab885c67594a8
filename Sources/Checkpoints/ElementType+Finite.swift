extension ElementType {
  /// The index of the first element that is NaN or infinite; nil where there is none, as among integers.
  ///
  /// - Parameter bytes: elements of this type, at any address.
  package func firstNonFinite(in bytes: UnsafeRawBufferPointer) -> Int? {
    switch self {
    case .f64: first(in: bytes, withExponent: 0x7FF0_0000_0000_0000 as UInt64)
    case .f32: first(in: bytes, withExponent: 0x7F80_0000 as UInt32)
    case .f16: first(in: bytes, withExponent: 0x7C00 as UInt16)
    case .bf16: first(in: bytes, withExponent: 0x7F80 as UInt16)
    default: nil
    }
  }
}

/// The index of the first element all of whose exponent's bits are set.
private func first<Bits: FixedWidthInteger & BitwiseCopyable>(
  in bytes: UnsafeRawBufferPointer, withExponent mask: Bits
) -> Int? {
  let width = MemoryLayout<Bits>.size
  return (0..<bytes.count / width).first { index in
    bytes.loadUnaligned(fromByteOffset: index * width, as: Bits.self) & mask == mask
  }
}
