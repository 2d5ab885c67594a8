import LinearAlgebra

/// Named tensors that can be read: of one file, or of all shards of a model.
package protocol TensorReading: Sendable {
  /// The file or folder, as the person named it.
  var path: String { get }
  /// What is known of a tensor, nil where there is none of that name.
  subscript(name: String) -> TensorEntry? { get }
  /// Lends the bytes of some elements of a tensor to `body`, counted without regard to its shape. They must not be
  /// used after it, and may lie at any address.
  ///
  /// - Throws: `CheckpointError.tensorNotFound`, and what `body` throws.
  /// - Precondition: `elements` lie within the tensor.
  func withBytes<Result>(
    of name: String, elements: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result
}

extension TensorReading {
  /// What is known of a tensor.
  ///
  /// - Throws: `CheckpointError.tensorNotFound`.
  package func entry(_ name: String) throws(CheckpointError) -> TensorEntry {
    guard let entry = self[name] else { throw .tensorNotFound(path: path, tensor: name) }
    return entry
  }

  /// Lends all bytes of a tensor to `body`. They must not be used after it, and may lie at any address.
  ///
  /// - Throws: `CheckpointError.tensorNotFound`, and what `body` throws.
  package func withBytes<Result>(
    of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    try withBytes(of: name, elements: 0..<entry(name).elementCount, body)
  }

  /// Reads some elements of a floating-point tensor, counted without regard to its shape.
  ///
  /// - Parameter elements: which.
  /// - Parameter floats: what receives them.
  /// - Throws: `CheckpointError` where there is no such tensor or its elements are not floating-point.
  /// - Precondition: `elements` lie within the tensor; `floats` has as many elements.
  package func readFloats(
    _ name: String, elements: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>
  ) throws {
    let entry = try entry(name)
    let type = entry.elementType
    guard type.isFloatingPoint else {
      throw CheckpointError.notFloatingPoint(path: entry.path, tensor: name, elementType: type)
    }
    try withBytes(of: name, elements: elements) { type.decode($0, into: floats) }
  }

  /// Some elements of an integer tensor, counted without regard to its shape. BOOL is read as 0 and 1.
  ///
  /// - Throws: `CheckpointError` where there is no such tensor, its elements are not integers, or one of
  ///   them exceeds `Int`.
  /// - Precondition: `elements` lie within the tensor.
  package func readIntegers(_ name: String, elements: Range<Int>) throws -> [Int] {
    let entry = try entry(name)
    return try withBytes(of: name, elements: elements) { bytes in
      switch entry.elementType {
      case .i64: integers(bytes, of: Int64.self)
      case .i32: integers(bytes, of: Int32.self)
      case .i16: integers(bytes, of: Int16.self)
      case .i8: integers(bytes, of: Int8.self)
      case .u64: try smallIntegers(bytes, entry)
      case .u32: integers(bytes, of: UInt32.self)
      case .u16: integers(bytes, of: UInt16.self)
      case .u8: integers(bytes, of: UInt8.self)
      case .bool: bytes.map { $0 == 0 ? 0 : 1 }
      case .f64, .f32, .f16, .bf16:
        throw CheckpointError.notInteger(path: entry.path, tensor: name, elementType: entry.elementType)
      }
    }
  }

  /// A whole floating-point tensor.
  ///
  /// - Throws: `CheckpointError` where there is no such tensor or its elements are not floating-point.
  package func tensor(_ name: String) throws -> Tensor {
    let entry = try entry(name)
    let elements = try [Float](unsafeUninitializedCapacity: entry.elementCount) { buffer, count in
      let floats = UnsafeMutableBufferPointer(rebasing: buffer[..<entry.elementCount])
      try readFloats(name, elements: 0..<entry.elementCount, into: floats)
      count = entry.elementCount
    }
    return Tensor(shape: entry.shape, elements: elements)
  }
}

private func integers<Element: FixedWidthInteger & BitwiseCopyable>(
  _ bytes: UnsafeRawBufferPointer, of type: Element.Type
) -> [Int] {
  stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map {
    Int(bytes.loadUnaligned(fromByteOffset: $0, as: type))
  }
}

private func smallIntegers(_ bytes: UnsafeRawBufferPointer, _ entry: TensorEntry) throws -> [Int] {
  try stride(from: 0, to: bytes.count, by: MemoryLayout<UInt64>.size).map {
    let element = bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
    guard let integer = Int(exactly: element) else {
      throw CheckpointError.integerTooLarge(path: entry.path, tensor: entry.name, value: element)
    }
    return integer
  }
}
