/// A fixed binary tree over the terms of a sum, so that the sum's bytes do not depend on who adds which terms.
///
/// The sum over a range of terms is the sum over its lower half plus the sum over its upper half:
///
///     S(a ..< b) = S(a ..< c) + S(c ..< b),   c = ⌊(a + b) / 2⌋
///
/// Whoever holds some consecutive terms adds them up as far as the tree goes: to the largest of its nodes that lie within
/// them. The rest of the tree is done where these meet.
package struct SumTree: Equatable, Sendable {
  /// The number of terms.
  package let leaves: Int

  package init(leaves: Int) {
    precondition(leaves >= 1)
    self.leaves = leaves
  }

  package var root: Range<Int> { 0..<leaves }

  /// The halves of a node; nil for a single term.
  package static func children(of node: Range<Int>) -> (lower: Range<Int>, upper: Range<Int>)? {
    guard node.count > 1 else { return nil }
    let middle = (node.lowerBound + node.upperBound) / 2
    return (node.lowerBound..<middle, middle..<node.upperBound)
  }

  /// The largest nodes that lie within a range of terms, in order: together they are the range.
  package func maximalNodes(in range: Range<Int>) -> [Range<Int>] {
    func collect(_ node: Range<Int>) -> [Range<Int>] {
      if range.isEmpty || node.upperBound <= range.lowerBound || node.lowerBound >= range.upperBound { return [] }
      if node.lowerBound >= range.lowerBound && node.upperBound <= range.upperBound { return [node] }
      guard let (lower, upper) = Self.children(of: node) else { return [] }
      return collect(lower) + collect(upper)
    }
    return collect(root)
  }

  /// The nodes at some depth below the root, in order; terms where the tree ends earlier.
  package func nodes(atDepth depth: Int) -> [Range<Int>] {
    var nodes = [root]
    for _ in 0..<depth {
      nodes = nodes.flatMap { node in
        Self.children(of: node).map { [$0.lower, $0.upper] } ?? [node]
      }
    }
    return nodes
  }

  /// How many buffers besides the result a depth-first summation of a node needs at most.
  package static func depth(of node: Range<Int>) -> Int {
    guard let (lower, upper) = children(of: node) else { return 0 }
    return 1 + max(depth(of: lower), depth(of: upper))
  }

  /// Sums a node depth first: `term` writes a term, `addition` adds one buffer to another.
  ///
  /// Buffers are numbered: 0 is the result, others are the caller's temporary ones, up to `depth(of: node)`.
  @inline(__always)
  package static func sum(
    _ node: Range<Int>, isTerm: (Range<Int>) -> Bool = { $0.count == 1 },
    term: (_ node: Range<Int>, _ buffer: Int) -> Void, addition: (_ buffer: Int, _ to: Int) -> Void
  ) {
    func visit(_ node: Range<Int>, _ buffer: Int, _ free: Int) {
      if isTerm(node) { return term(node, buffer) }
      guard let (lower, upper) = children(of: node) else { preconditionFailure("a term is missing: \(node)") }
      visit(lower, buffer, free)
      visit(upper, free, free + 1)
      addition(free, buffer)
    }
    visit(node, 0, 1)
  }
}
