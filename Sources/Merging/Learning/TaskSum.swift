import LinearAlgebra
import Transformers

/// Adds up the merged task vectors of a share: Σᵢ λᵢ · Uᵢ diag(bᵢ ⊙ σᵢ) Vᵢᵀ, or Σᵢ λᵢ τᵢ where the tensor is only scaled.
///
/// Tasks of a group are added one after the other and groups by the tree, so the sum does not depend on how tasks are
/// split among owners. It is a pure function of bits and λ: no rounding remembers earlier steps.
struct TaskSum {
  let collection: Collection
  /// For each task, the magnitude that entries of its vector must reach; empty where all count.
  var trimThresholds: [Float] = []

  /// Tiles of rows have about so many elements.
  private static let tileElements = 1 << 20
  /// Elements that are read and added at a time: they stay in the first caches.
  private static let stretch = 8_192
  /// The most components of one product.
  private static let mostGathered = 1_024

  /// The tiles of a tensor, by rows: they depend on its shape alone.
  static func tiles(of tensor: MergedTensor) -> [Range<Int>] {
    guard tensor.count > 0 else { return [] }
    let count = min(tensor.rows, (tensor.count + tileElements - 1) / tileElements)
    return (0..<count).map { tensor.rows * $0 / count..<tensor.rows * ($0 + 1) / count }
  }

  /// How many elements of scratch a worker needs for tensors like this one.
  static func scratchCount(_ tensor: MergedTensor) -> Int {
    let rows = tiles(of: tensor).map(\.count).max() ?? 0
    let groups = SumTree.depth(of: 0..<ShardPlan.mostGroups)
    let gathered = tensor.role == .masked ? mostGathered * (rows + tensor.columns) : 0
    return groups * rows * tensor.columns + max(gathered, stretch)
  }

  /// Writes the share's sum for some rows.
  ///
  /// - Parameters:
  ///   - rows: one of `tiles`.
  ///   - target: [rows, n], contiguous.
  ///   - scratch: of `scratchCount` elements.
  func sum(
    _ owned: OwnedShare, rows: Range<Int>, into target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) throws {
    let groups = ShardPlan.groups(tasks: collection.taskCount)
    let count = rows.count * owned.tensor.columns
    let rest = scratch + SumTree.depth(of: owned.share.groups) * count
    var failure: (any Error)?
    func buffer(_ index: Int) -> UnsafeMutablePointer<Float> { index == 0 ? target : scratch + (index - 1) * count }
    SumTree.sum(owned.share.groups) { node, index in
      do { try group(owned, groups[node.lowerBound], rows, into: buffer(index), scratch: rest) } catch {
        failure = error
      }
    } addition: { index, to in
      add(buffer(to), buffer(index), into: buffer(to), count: count)
    }
    if let failure { throw failure }
  }

  /// The sum over the tasks of one group: task vectors one after the other, and components of all tasks in one product.
  private func group(
    _ owned: OwnedShare, _ tasks: Range<Int>, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) throws {
    let columns = owned.tensor.columns
    target.update(repeating: 0, count: rows.count * columns)
    for task in tasks where Self.takesWhole(owned, task) {
      let coefficient = Float(owned.coefficients.values[task - owned.share.tasks.lowerBound])
      try addTaskVector(owned, task, coefficient, rows, to: target, scratch: scratch)
    }
    guard owned.hasComponents else { return }
    let left = MutableMatrixView(scratch, rows: Self.mostGathered, columns: rows.count)
    let right = MutableMatrixView(
      scratch + Self.mostGathered * rows.count, rows: Self.mostGathered, columns: columns)
    var gathered = 0
    func multiplyGathered() {
      multiply(
        left.rows(0..<gathered).view.transposed, right.rows(0..<gathered).view,
        into: MutableMatrixView(target, rows: rows.count, columns: columns), accumulating: true)
      gathered = 0
    }
    for task in tasks {
      let local = task - owned.share.tasks.lowerBound
      let takesPruned = Self.takesWhole(owned, task)
      let factors = owned.components[local]
      let coefficient = Float(owned.coefficients.values[local]) * (takesPruned ? -1 : 1)
      for component in factors.values.indices where owned.isKept(task: local, component: component) != takesPruned {
        multiply(
          factors.left[row: component] + rows.lowerBound, by: coefficient * factors.values[component],
          into: left[row: gathered], count: rows.count)
        right[row: gathered].update(from: factors.right[row: component], count: columns)
        gathered += 1
        if gathered == Self.mostGathered { multiplyGathered() }
      }
    }
    if gathered > 0 { multiplyGathered() }
  }

  /// Whether a task's vector is taken whole, and its pruned components off it: of kept and pruned components the fewer are
  /// multiplied.
  static func takesWhole(_ owned: OwnedShare, _ task: Int) -> Bool {
    guard owned.hasComponents else { return true }
    guard owned.spansTaskVectors else { return false }
    let kept = owned.keptCount(task: task - owned.share.tasks.lowerBound)
    return 2 * kept > owned.tensor.componentCount
  }

  /// target += λ · (θᵢ − origin), for some rows.
  private func addTaskVector(
    _ owned: OwnedShare, _ task: Int, _ coefficient: Float, _ rows: Range<Int>,
    to target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) throws {
    let columns = owned.tensor.columns
    let elements = rows.lowerBound * columns..<rows.upperBound * columns
    try forTaskVector(owned, task, elements, scratch: scratch) { offset, difference, count in
      add(difference, times: coefficient, to: target + offset, count: count)
    }
  }

  /// ⟨G, τᵢ⟩: the gradient of the loss with respect to λ of a task vector that is only scaled.
  func innerProduct(
    _ gradient: UnsafePointer<Float>, _ owned: OwnedShare, task: Int, scratch: UnsafeMutablePointer<Float>
  ) throws -> Double {
    var total = 0.0
    try forTaskVector(owned, task, 0..<owned.tensor.count, scratch: scratch) { offset, difference, count in
      total += dot(gradient + offset, difference, count: count)
    }
    return total
  }

  /// Clears the entries of a task vector that are too small to count.
  func trim(_ vector: UnsafeMutablePointer<Float>, task: Int, count: Int) {
    guard !trimThresholds.isEmpty else { return }
    clear(vector, below: trimThresholds[task], count: count)
  }

  /// Reads τᵢ = θᵢ − origin, trimmed, stretch by stretch.
  private func forTaskVector(
    _ owned: OwnedShare, _ task: Int, _ elements: Range<Int>, scratch: UnsafeMutablePointer<Float>,
    _ body: (_ offset: Int, _ difference: UnsafePointer<Float>, _ count: Int) -> Void
  ) throws {
    for start in stride(from: elements.lowerBound, to: elements.upperBound, by: Self.stretch) {
      let part = start..<min(start + Self.stretch, elements.upperBound)
      try collection.read(owned.tensor, task: task, elements: part, into: scratch)
      add(owned.origin.base + start, times: -1, to: scratch, count: part.count)
      trim(scratch, task: task, count: part.count)
      body(start - elements.lowerBound, scratch, part.count)
    }
  }
}
