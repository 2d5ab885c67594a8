extension SafetensorsWriter {
  /// How many floats are converted at a time, so that they stay in the cache.
  private static let blockCount = 1 << 16

  /// Converts floats to an element type: `ElementType.encode`.
  ///
  /// - Precondition: a floating-point type; room for exactly as many elements as there are floats.
  package static func convert(
    floats: UnsafeBufferPointer<Float>, to elementType: ElementType, into bytes: UnsafeMutableRawBufferPointer
  ) {
    elementType.encode(floats, into: bytes)
  }

  /// Writes a floating-point tensor, or the next piece of one, converting it to the type it has in the file.
  ///
  /// - Throws: `CheckpointError` as `write(_:bytes:)`, and where the tensor is not floating-point.
  package func write(_ name: String, floats: UnsafeBufferPointer<Float>) throws {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw CheckpointError.tensorNotFound(path: path, tensor: name)
    }
    let elementType = tensor.elementType
    guard elementType.isFloatingPoint else {
      throw CheckpointError.notFloatingPoint(path: path, tensor: name, elementType: elementType)
    }
    if elementType == .f32 { return try write(name, bytes: UnsafeRawBufferPointer(floats)) }
    var block = [UInt8](repeating: 0, count: min(floats.count, Self.blockCount) * elementType.byteWidth)
    for start in stride(from: 0, to: floats.count, by: Self.blockCount) {
      let part = UnsafeBufferPointer(rebasing: floats[start..<min(start + Self.blockCount, floats.count)])
      try block.withUnsafeMutableBytes { bytes in
        let converted = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(part.count * elementType.byteWidth)])
        elementType.encode(part, into: converted)
        try write(name, bytes: UnsafeRawBufferPointer(converted))
      }
    }
  }
}
