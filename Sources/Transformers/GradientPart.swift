import LinearAlgebra

/// How some of a parameter's gradient follows from what a stage's backward pass has left: by lanes, so that the
/// lanes can be added in an order that does not depend on who computed them.
package struct GradientPart: Sendable {
  /// The parameter, by its index in the encoder's layout.
  package let parameter: Int
  /// The elements of the parameter from the first to the last that this part fills.
  package let elements: Range<Int>
  /// Elements of the parameter from one row of a product to the next, where that is not the product's width.
  package let stride: Int?
  package let source: Source

  package enum Source: Sendable {
    /// Each lane gives AᵀB over its rows of A [·, m] and B [·, n], as m·n elements; one range of rows per lane.
    case product(MatrixView, MatrixView, lanes: LaneRows)
    /// Each lane gives the sum of its blocks of x: a block is as many rows, one after the other, as fill the part.
    case blockSum(MatrixView, lanes: LaneRows)
    /// Each lane adds its rows of x to the rows of the parameter that `targets` names.
    case scatter(MatrixView, targets: RowIndices, lanes: LaneRows)
    /// Lane i gives row i of x [lanes, elements].
    case perLane(MatrixView)
  }

  package init(_ parameter: Int, elements: Range<Int>, stride: Int? = nil, _ source: Source) {
    self.parameter = parameter
    self.elements = elements
    self.stride = stride
    self.source = source
  }
}
