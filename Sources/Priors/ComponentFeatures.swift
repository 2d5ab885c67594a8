import Foundation
import Merging
import SortNet

/// What an order of components sees of each: all of it is known before any input is.
package struct ComponentFeatures: Sendable {
  /// What the numbers of a component are, in their order.
  package static let names =
    [
      "relative singular value", "its logarithm", "place", "energy share", "energy up to it", "overlap", "pull",
      "strength among tasks", "depth", "tasks", "aspect",
    ] + MatrixKind.allCases.map { "\($0)" }

  /// F.
  package static var count: Int { names.count }

  /// The components' numbers [n, F]: matrix by matrix, in each task by task, in each component by component.
  package let values: [Float]

  /// - Parameter matrices: which of the table's; nil: all.
  package init(_ table: ComponentTable, matrices: [Int]? = nil) {
    let blocks = Float(table.matrices.compactMap(\.block).max() ?? 0)
    let tasks = Float(log2(Double(table.tasks.count)))
    values = (matrices ?? Array(table.matrices.indices)).flatMap { index -> [Float] in
      let matrix = table.matrices[index]
      let kind = MatrixKind(name: matrix.name)
      let oneHot: [Float] = MatrixKind.allCases.map { $0 == kind ? 1 : 0 }
      let depth = matrix.block.map { blocks > 0 ? Float($0) / blocks : 0 } ?? 0.5
      let aspect = Float(log2(Double(max(1, matrix.rows)) / Double(max(1, matrix.columns))))
      let strengths = matrix.singularValues.map(Self.energy)
      let meanStrength = strengths.reduce(0, +) / Double(max(1, strengths.count))
      return matrix.singularValues.indices.flatMap { task -> [Float] in
        let values = matrix.singularValues[task]
        let (largest, energy) = (max(values.max() ?? 0, .leastNormalMagnitude), strengths[task])
        let strength = meanStrength > 0 ? Float(log2(max(energy / meanStrength, 1e-6))) : 0
        var sum = 0.0
        return values.indices.flatMap { k -> [Float] in
          let value = values[k]
          let own = Double(value) * Double(value)
          sum += own
          let relative = value / largest
          let pull = matrix.pulls[task][k]
          return [
            relative, log2(max(relative, 1e-6)), Float(k) / Float(max(1, values.count - 1)),
            energy > 0 ? Float(log2(max(own / energy * Double(values.count), 1e-9))) : 0,
            energy > 0 ? Float(sum / energy) : 1, log2(1 + matrix.overlaps[task][k]),
            pull == 0 ? 0 : pull / (abs(pull) + value), strength, depth, tasks, aspect,
          ] + oneHot
        }
      }
    }
  }

  /// ‖τ‖².
  private static func energy(_ singularValues: [Float]) -> Double {
    singularValues.reduce(0) { $0 + Double($1) * Double($1) }
  }
}

extension ComponentTable {
  /// Whether each component was kept at last, in the order of `ComponentFeatures`.
  package func outcomes(matrices: [Int]? = nil) -> [Bool] {
    (matrices ?? Array(self.matrices.indices)).flatMap { self.matrices[$0].isKept.flatMap { $0 } }
  }
}

extension RankingData {
  /// The components of some merges, a query each: relevant is what was kept.
  package init(_ parts: [(table: ComponentTable, matrices: [Int])]) {
    var (features, relevance, queries): ([Float], [Int?], [Query]) = ([], [], [])
    for (index, part) in parts.enumerated() where !part.matrices.isEmpty {
      let outcomes = part.table.outcomes(matrices: part.matrices)
      queries.append(Query(name: "\(index)", documents: relevance.count..<relevance.count + outcomes.count))
      features += ComponentFeatures(part.table, matrices: part.matrices).values
      relevance += outcomes.map { $0 ? 1 : 0 }
    }
    self.init(featureCount: ComponentFeatures.count, features: features, relevance: relevance, queries: queries)
  }
}
