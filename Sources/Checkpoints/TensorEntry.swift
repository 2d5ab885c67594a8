/// A tensor of a safetensors file, as its header describes it.
package struct TensorEntry: Equatable, Sendable {
  package let description: TensorDescription
  /// Where its data lies, in bytes from the start of the file.
  package let byteRange: Range<Int>
  /// The file.
  package let path: String

  package var name: String { description.name }
  package var elementType: ElementType { description.elementType }
  package var shape: [Int] { description.shape }
  package var byteCount: Int { description.byteCount }
  package var elementCount: Int { byteCount / elementType.byteWidth }
}
