/// A text and the pieces it is cut into, in order.
struct PieceList {
  let scalars: [Unicode.Scalar]
  /// None is empty, and none overlaps the next.
  private(set) var ranges: [Range<Int>]

  /// A text as one piece, or none where it is empty.
  init(_ scalars: [Unicode.Scalar]) {
    self.scalars = scalars
    ranges = scalars.isEmpty ? [] : [0..<scalars.count]
  }

  init(_ scalars: [Unicode.Scalar], ranges: [Range<Int>]) {
    self.scalars = scalars
    self.ranges = ranges
  }
}
