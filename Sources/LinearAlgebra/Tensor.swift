/// A dense array of `Float` in row-major order, with value semantics.
package struct Tensor: Equatable, Sendable {
  /// The extent of each dimension. A scalar has none.
  package let shape: [Int]
  /// The elements, last dimension fastest.
  package var elements: [Float]

  /// - Precondition: as many elements as the product of the shape.
  package init(shape: [Int], elements: [Float]) {
    precondition(
      shape.reduce(1, *) == elements.count, "\(elements.count) elements do not fill shape \(shape)")
    self.shape = shape
    self.elements = elements
  }

  /// A tensor of zeros.
  package init(zeros shape: [Int]) {
    self.init(shape: shape, elements: [Float](repeating: 0, count: shape.reduce(1, *)))
  }

  package var count: Int { elements.count }

  /// The matrix [first dimension, all others].
  ///
  /// - Precondition: at least one dimension.
  package var rows: Int { shape[0] }
  package var columns: Int { shape.dropFirst().reduce(1, *) }
}
