import Foundation
import Merging

/// What a page shows of a table of components: by block and kind of matrix.
struct ComponentMaps: Sendable {
  /// The mean over matrices of σₖ / σ₁, cut into components that are kept and that are pruned.
  struct Spectrum: Equatable, Sendable {
    let kept: [Double]
    let pruned: [Double]
  }

  private let table: ComponentTable
  /// In the order of the encoder.
  let kinds: [String]
  /// Rising; matrices outside of all blocks last, as nil.
  let blocks: [Int?]
  private let places: [Place: [Int]]

  private struct Place: Hashable {
    let kind: String
    let block: Int?
  }

  init(_ table: ComponentTable) {
    self.table = table
    var kinds: [String] = []
    var places: [Place: [Int]] = [:]
    for (index, matrix) in table.matrices.enumerated() {
      if !kinds.contains(matrix.kind) { kinds.append(matrix.kind) }
      places[Place(kind: matrix.kind, block: matrix.block), default: []].append(index)
    }
    self.kinds = kinds
    self.places = places
    let found = Set(table.matrices.map(\.block))
    blocks = found.compactMap { $0 }.sorted() + (found.contains(nil) ? [nil] : [])
  }

  /// The shortest ends of the kinds' names that tell them apart.
  var shortKinds: [String] {
    kinds.map { kind in
      let parts = kind.split(separator: ".")
      return parts.indices.reversed().map { parts[$0...].joined(separator: ".") }.first { end in
        !kinds.contains { $0 != kind && ($0 == end || $0.hasSuffix("." + end)) }
      } ?? kind
    }
  }

  var blockNames: [String] { blocks.map { $0.map(String.init) ?? "–" } }

  /// The share of a task's components that are kept [kind][block]; nil where there is no such matrix.
  func keptShares(task: Int) -> [[Double?]] {
    kinds.map { kind in
      blocks.map { block in
        guard let matrices = places[Place(kind: kind, block: block)] else { return nil }
        let marks = matrices.flatMap { table.matrices[$0].isKept[task] }
        return marks.isEmpty ? nil : Double(marks.count { $0 }) / Double(marks.count)
      }
    }
  }

  /// The spectrum of a kind of matrix, over its blocks and all tasks.
  func spectrum(kind: String) -> Spectrum {
    let matrices = table.matrices.filter { $0.kind == kind }
    let length = matrices.map(\.componentCount).max() ?? 0
    var (kept, pruned) = ([Double](repeating: 0, count: length), [Double](repeating: 0, count: length))
    var counts = [Double](repeating: 0, count: length)
    for matrix in matrices {
      for (values, marks) in zip(matrix.singularValues, matrix.isKept) {
        guard let largest = values.first, largest > 0 else { continue }
        for (index, (value, isKept)) in zip(values, marks).enumerated() {
          counts[index] += 1
          if isKept { kept[index] += Double(value / largest) } else { pruned[index] += Double(value / largest) }
        }
      }
    }
    func mean(_ sums: [Double]) -> [Double] { zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 } }
    return Spectrum(kept: mean(kept), pruned: mean(pruned))
  }

  /// The share of Σ σ² that is kept, over everything.
  var keptEnergy: Double? {
    var (kept, all) = (0.0, 0.0)
    for matrix in table.matrices {
      for (values, marks) in zip(matrix.singularValues, matrix.isKept) {
        for (value, isKept) in zip(values, marks) {
          let energy = Double(value) * Double(value)
          all += energy
          if isKept { kept += energy }
        }
      }
    }
    return all > 0 ? kept / all : nil
  }

  /// λ of a task over the blocks, for a kind of matrix.
  func coefficients(kind: String, task: Int) -> [(x: Double, y: Double)] {
    blocks.compactMap { block in
      guard let block, let matrix = places[Place(kind: kind, block: block)]?.first else { return nil }
      return (Double(block), Double(table.matrices[matrix].coefficients[task]))
    }
  }
}
