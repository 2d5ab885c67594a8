import Merging
import SortNet

/// How well an order of components tells what a merge kept at last.
package struct OrderQuality: Equatable, Sendable {
  /// Of the components that were kept, the share among as many first ones.
  package let kept: Double
  /// Of the components that were pruned, the share among as many last ones.
  package let pruned: Double

  /// - Parameters:
  ///   - order: most likely kept first, as places in the order of `ComponentFeatures`.
  ///   - outcomes: whether each was kept.
  package init(order: [Int], outcomes: [Bool]) {
    let count = outcomes.count { $0 }
    let right = order.prefix(count).count { outcomes[$0] }
    kept = count == 0 ? 1 : Double(right) / Double(count)
    let pruned = outcomes.count - count
    // What of the kept is missing among the first stands among the last, and as many pruned ones stand before.
    self.pruned = pruned == 0 ? 1 : Double(pruned - (count - right)) / Double(pruned)
  }

  /// - Parameters:
  ///   - guess: whether each component is thought to be kept, as many of them as it pleases.
  ///   - outcomes: whether each was.
  package init(guess: [Bool], outcomes: [Bool]) {
    func share(of outcome: Bool) -> Double {
      let all = outcomes.count { $0 == outcome }
      return all == 0 ? 1 : Double(zip(guess, outcomes).count { $0 == outcome && $1 == outcome }) / Double(all)
    }
    (kept, pruned) = (share(of: true), share(of: false))
  }

  /// The components by what is largest, equal ones as they come.
  package static func order(by numbers: [Float]) -> [Int] {
    numbers.indices.sorted { (-numbers[$0], $0) < (-numbers[$1], $1) }
  }
}

extension ComponentTable {
  /// Whether another table has the same tasks and matrices.
  package func hasComponents(of other: ComponentTable) -> Bool {
    tasks == other.tasks
      && matrices.map { [$0.name, "\($0.componentCount)"] } == other.matrices.map { [$0.name, "\($0.componentCount)"] }
  }

  /// σ of every component, in the order of `ComponentFeatures`.
  package var singularValues: [Float] { matrices.flatMap { $0.singularValues.flatMap { $0 } } }

  /// σ over the largest of its matrix and task.
  package var relativeSingularValues: [Float] {
    matrices.flatMap { matrix in
      matrix.singularValues.flatMap { values in
        let largest = max(values.max() ?? 0, .leastNormalMagnitude)
        return values.map { $0 / largest }
      }
    }
  }
}
