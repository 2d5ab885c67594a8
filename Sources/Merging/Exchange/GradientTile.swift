import LinearAlgebra
import Transformers

/// A rectangle of a part of a parameter's gradient, which one worker computes: for each of the rank's pieces the sum over
/// the piece's lanes, in the tree's order.
struct GradientTile: Sendable {
  let part: GradientPart
  /// The part seen as a matrix: of a product [m, n], else one row.
  let rows: Range<Int>
  let columns: Range<Int>
  /// The part's width as a matrix.
  let width: Int
  /// Elements from one row to the next among the stage's gradients.
  let stride: Int
  /// The part's first element among the stage's gradients.
  let offset: Int

  private static let mostRows = 256
  private static let mostColumns = 1_024
  /// The most elements of a tile of a matrix.
  static let mostElements = mostRows * mostColumns

  /// The elements of scratch that a worker needs, for the lanes of one rank.
  static func scratchCount(_ parts: [GradientPart], pieces: [Range<Int>]) -> Int {
    let depth = pieces.map { SumTree.depth(of: $0) }.max() ?? 0
    let largest = parts.map { part in
      if case .product = part.source { return min(part.elements.count, mostRows * mostColumns) }
      return part.elements.count
    }
    return depth * (largest.max() ?? 0)
  }

  /// Cuts a part: the tiles depend on shapes alone.
  static func tiles(of part: GradientPart, offset: Int) -> [GradientTile] {
    guard case .product(let a, let b, _) = part.source else {
      let count = part.elements.count
      return [GradientTile(part: part, rows: 0..<1, columns: 0..<count, width: count, stride: count, offset: offset)]
    }
    return cuts(a.columns, mostRows).flatMap { rows in
      cuts(b.columns, mostColumns).map { columns in
        GradientTile(
          part: part, rows: rows, columns: columns, width: b.columns, stride: part.stride ?? b.columns, offset: offset)
      }
    }
  }

  private static func cuts(_ count: Int, _ most: Int) -> [Range<Int>] {
    let parts = (count + most - 1) / most
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  /// Writes the sum over a piece's lanes.
  ///
  /// - Parameters:
  ///   - piece: a tree node, all of whose lanes are this rank's.
  ///   - firstLane: the rank's first lane.
  ///   - gradients: the stage's gradients of this piece.
  func sum(
    _ piece: Range<Int>, firstLane: Int, into gradients: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let count = rows.count * columns.count
    let target = MutableMatrixView(
      gradients + offset + rows.lowerBound * stride + columns.lowerBound, rows: rows.count, columns: columns.count,
      stride: stride)
    func buffer(_ index: Int) -> MutableMatrixView {
      index == 0
        ? target : MutableMatrixView(scratch + (index - 1) * count, rows: rows.count, columns: columns.count)
    }
    SumTree.sum(piece) { node, index in
      lane(node.lowerBound - firstLane, into: buffer(index))
    } addition: { index, to in
      let (sum, term) = (buffer(to), buffer(index))
      for row in 0..<rows.count { add(sum[row: row], term[row: row], into: sum[row: row], count: columns.count) }
    }
  }

  /// Writes what one lane gives.
  private func lane(_ lane: Int, into target: MutableMatrixView) {
    switch part.source {
    case .product(let a, let b, let lanes):
      multiply(a.columns(rows).rows(lanes[lane]).transposed, b.columns(columns).rows(lanes[lane]), into: target)
    case .blockSum(let x, let lanes):
      let rowsOfBlock = width / x.columns
      fill(target, with: 0)
      for row in lanes[lane] {
        let place = target.base + (row - lanes[lane].lowerBound) % rowsOfBlock * x.columns
        add(place, x[row: row], into: place, count: x.columns)
      }
    case .scatter(let x, let targets, let lanes):
      fill(target, with: 0)
      for row in lanes[lane] {
        let place = target.base + targets[row] * x.columns
        add(place, x[row: row], into: place, count: x.columns)
      }
    case .perLane(let x):
      target.base.update(from: x[row: lane], count: width)
    }
  }
}
