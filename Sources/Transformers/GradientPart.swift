import LinearAlgebra

/// How some of a parameter's gradient follows from what a stage's backward pass has left: by lanes, so that the
/// lanes can be added in an order that does not depend on who computed them.
package struct GradientPart: Sendable {
  /// The parameter, by its index in the encoder's layout.
  package let parameter: Int
  /// The elements of the parameter that this part fills.
  package let elements: Range<Int>
  package let source: Source

  package enum Source: Sendable {
    /// Each lane gives AᵀB over its rows of A [·, m] and B [·, n], as m·n elements; one range of rows per lane.
    case product(MatrixView, MatrixView, lanes: [Range<Int>])
    /// Each lane gives the sum of its blocks of x: a block is as many rows, one after the other, as fill the part.
    case blockSum(MatrixView, lanes: [Range<Int>])
    /// Lane i gives row i of x [lanes, elements].
    case perLane(MatrixView)
  }

  package init(_ parameter: Int, elements: Range<Int>, _ source: Source) {
    self.parameter = parameter
    self.elements = elements
    self.source = source
  }
}
