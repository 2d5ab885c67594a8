import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct SumTreeTests {
  /// All nodes of a tree with their parents.
  private func nodes(_ tree: SumTree) -> [(node: Range<Int>, parent: Range<Int>?)] {
    func visit(_ node: Range<Int>, _ parent: Range<Int>?) -> [(Range<Int>, Range<Int>?)] {
      guard let (lower, upper) = SumTree.children(of: node) else { return [(node, parent)] }
      return [(node, parent)] + visit(lower, node) + visit(upper, node)
    }
    return visit(tree.root, nil)
  }

  @Test func childrenAreHalves() throws {
    #expect(SumTree.children(of: 3..<4) == nil)
    let (lower, upper) = try #require(SumTree.children(of: 3..<8))
    #expect(lower == 3..<5)
    #expect(upper == 5..<8)
  }

  @Test func maximalNodesTileTheRangeAndNoneCanBeLarger() {
    for leaves in 1...12 {
      let tree = SumTree(leaves: leaves)
      let parents = Dictionary(uniqueKeysWithValues: nodes(tree).map { ($0.node, $0.parent) })
      for lower in 0...leaves {
        for upper in lower...leaves {
          let pieces = tree.maximalNodes(in: lower..<upper)
          #expect(pieces.flatMap { Array($0) } == Array(lower..<upper))
          for piece in pieces {
            guard let parent = parents[piece] else {
              Issue.record("\(piece) is no node of a tree of \(leaves)")
              continue
            }
            if let parent { #expect(parent.lowerBound < lower || parent.upperBound > upper) }
          }
        }
      }
    }
  }

  @Test func nodesAtADepthTileTheRoot() {
    for leaves in 1...12 {
      let tree = SumTree(leaves: leaves)
      for depth in 0...5 {
        #expect(tree.nodes(atDepth: depth).flatMap { Array($0) } == Array(0..<leaves))
      }
      #expect(tree.nodes(atDepth: 0) == [0..<leaves])
      #expect(tree.nodes(atDepth: SumTree.depth(of: tree.root)).count == leaves)
    }
  }

  /// The sum of a node with `parts` in the place of some of its nodes; also the largest buffer that was used.
  private func sum(_ node: Range<Int>, _ parts: [Range<Int>: Float]) -> (value: Float, largest: Int) {
    var buffers = [Float](repeating: .nan, count: 10)
    var largest = 0
    SumTree.sum(
      node, isTerm: { parts[$0] != nil },
      term: { node, buffer in
        buffers[buffer] = parts[node]!
        largest = max(largest, buffer)
      }, addition: { buffer, to in buffers[to] += buffers[buffer] })
    return (buffers[0], largest)
  }

  /// Whoever holds which consecutive terms: partial sums over maximal nodes, put together again, give the bytes of the
  /// whole sum. All ways to cut up to nine terms.
  @Test func everyWayToCutGivesTheSameBytes() {
    var source = RandomSource(seed: 1)
    for leaves in 1...9 {
      let tree = SumTree(leaves: leaves)
      // Of very different sizes, so that every other order of addition rounds otherwise.
      let terms = (0..<leaves).map { source.float() * Float(1 << (3 * ($0 % 7))) }
      let whole = sum(tree.root, Dictionary(uniqueKeysWithValues: terms.indices.map { ($0..<$0 + 1, terms[$0]) }))
      #expect(whole.largest <= SumTree.depth(of: tree.root))
      for cuts in 0..<1 << (leaves - 1) {
        let ends = (1..<leaves).filter { cuts >> ($0 - 1) & 1 == 1 } + [leaves]
        var parts: [Range<Int>: Float] = [:]
        for (start, end) in zip([0] + ends, ends) {
          for node in tree.maximalNodes(in: start..<end) {
            let own = Dictionary(uniqueKeysWithValues: node.map { ($0..<$0 + 1, terms[$0]) })
            parts[node] = sum(node, own).value
          }
        }
        #expect(sum(tree.root, parts).value.bitPattern == whole.value.bitPattern)
      }
    }
  }

  @Test func gatherAddsBuffersAsTheTreeSays() {
    var source = RandomSource(seed: 2)
    let parts = [0..<1, 1..<3, 3..<6].map { node in
      let storage = FloatStorage(count: 21)
      for index in 0..<21 { storage.base[index] = source.float() }
      return (node, storage)
    }
    let result = FloatStorage(count: 21)
    SumTree.gather(
      Dictionary(uniqueKeysWithValues: parts.map { ($0.0, $0.1.base) }), root: 0..<6, count: 21, into: result.base)
    for index in 0..<21 {
      let lower = parts[0].1.base[index] + parts[1].1.base[index]
      #expect(result.base[index] == lower + parts[2].1.base[index])
    }
  }
}
