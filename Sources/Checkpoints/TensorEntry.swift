/// A tensor of a file, as the file describes it.
package struct TensorEntry: Equatable, Sendable {
  package let description: TensorDescription
  /// Where its data lies, in bytes from the start of the file; of a view, from its first element to its last.
  package let byteRange: Range<Int>
  /// The file.
  package let path: String

  package var name: String { description.name }
  package var elementType: ElementType { description.elementType }
  package var shape: [Int] { description.shape }
  package var byteCount: Int { description.byteCount }
  package var elementCount: Int { byteCount / elementType.byteWidth }

  /// Where some elements lie in the tensor's own bytes.
  ///
  /// - Precondition: they lie within the tensor.
  func byteOffsets(of elements: Range<Int>) -> Range<Int> {
    precondition(
      elements.lowerBound >= 0 && elements.upperBound <= elementCount,
      "elements \(elements) of \(name), which has \(elementCount)")
    let width = elementType.byteWidth
    return elements.lowerBound * width..<elements.upperBound * width
  }
}
