/// What a tensor is, apart from its bytes.
package struct TensorDescription: Equatable, Sendable {
  package let name: String
  package let elementType: ElementType
  /// The extent of each dimension, last one fastest. A scalar has none.
  package let shape: [Int]
  /// The size of its data, in bytes.
  package let byteCount: Int

  /// - Precondition: the size fits `Int`.
  package init(name: String, elementType: ElementType, shape: [Int]) {
    guard let byteCount = elementType.byteCount(shape: shape) else {
      preconditionFailure("\(name) of shape \(shape) has more bytes than Int counts")
    }
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteCount = byteCount
  }

  /// Whether the data of this tensor lies before the other's in the files written here: wider elements
  /// first, so that everything is aligned to its own width, then by name.
  package func precedesInData(_ other: TensorDescription) -> Bool {
    let (width, otherWidth) = (elementType.byteWidth, other.elementType.byteWidth)
    return width == otherWidth ? name.precedesInBytes(other.name) : width > otherWidth
  }
}
