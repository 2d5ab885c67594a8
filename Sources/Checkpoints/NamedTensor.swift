import LinearAlgebra

/// A tensor in memory as it will stand in a small file.
package struct NamedTensor: Equatable, Sendable {
  package let description: TensorDescription
  /// Its data, little-endian.
  package let bytes: [UInt8]

  /// - Precondition: the bytes are as many as type and shape take.
  package init(name: String, elementType: ElementType, shape: [Int], bytes: [UInt8]) {
    description = TensorDescription(name: name, elementType: elementType, shape: shape)
    precondition(bytes.count == description.byteCount, "\(bytes.count) bytes for \(description)")
    self.bytes = bytes
  }

  /// - Precondition: a floating-point type.
  package init(name: String, tensor: Tensor, elementType: ElementType = .f32) {
    var bytes = [UInt8](repeating: 0, count: tensor.count * elementType.byteWidth)
    bytes.withUnsafeMutableBytes { bytes in
      tensor.elements.withUnsafeBufferPointer { elementType.encode($0, into: bytes) }
    }
    self.init(name: name, elementType: elementType, shape: tensor.shape, bytes: bytes)
  }

  /// A tensor of type I64.
  ///
  /// - Precondition: as many integers as the product of the shape.
  package init(name: String, integers: [Int64], shape: [Int]) {
    let bytes = integers.map(\.littleEndian).withUnsafeBytes { Array($0) }
    self.init(name: name, elementType: .i64, shape: shape, bytes: bytes)
  }
}
