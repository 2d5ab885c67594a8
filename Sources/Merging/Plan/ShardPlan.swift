import Communication
import Transformers

/// Which rank owns which tensor, or which tasks of it: a pure function of shapes, tasks and ranks, the same everywhere.
///
/// Tensors go to ranks by decreasing cost, each to the rank with the least to do so far. Where a few large matrices cannot
/// be balanced over many ranks, the tasks of a matrix are split among owners, along the tree in which tasks are added.
package struct ShardPlan: Equatable, Sendable {
  /// Some tasks of a tensor, and who owns them.
  package struct Share: Equatable, Sendable {
    /// By its place among the merged tensors.
    package let tensor: Int
    /// The groups of tasks, a node of the tensor's tree over groups.
    package let groups: Range<Int>
    package let tasks: Range<Int>
    package let rank: Int
  }

  /// The shares of each tensor, in the order of their tasks. The first one's rank puts the merged tensor together.
  package let shares: [[Share]]
  /// What each rank has to do, in operations.
  package let loads: [Double]

  /// The operations that a plan balances, beside those of lanes.
  package struct Cost: Equatable, Sendable {
    /// Of m·n·r, per task of a masked matrix.
    package var perProduct: Double
    /// Of r³, per task of a masked matrix.
    package var perCube: Double
    /// Of m·n, per task of any tensor: elementwise work runs at the rate of memory, so one weighs as much as many.
    package var perElement: Double
    /// Whether one owner must have all tasks of a tensor.
    package var keepsTasksTogether: Bool

    /// A learning run: two operations for the gradient and about one for the rebuilt matrix, at every step; at the
    /// beginning the factorisation, of 6·m·n·r + 11·r³.
    package static func learning(steps: Int) -> Cost {
      let steps = Double(max(1, steps))
      return Cost(perProduct: 3 + 6 / steps, perCube: 11 / steps, perElement: 32, keepsTasksTogether: false)
    }

    /// A static method: the factorisation.
    package static let once = Cost(perProduct: 6, perCube: 11, perElement: 32, keepsTasksTogether: true)

    /// Where nothing is factored.
    package var withoutComponents: Cost {
      Cost(perProduct: 0, perCube: 0, perElement: perElement, keepsTasksTogether: keepsTasksTogether)
    }

    func of(_ tensor: MergedTensor, tasks: Int) -> Double {
      let elements = Double(tensor.count)
      let r = tensor.role == .masked ? Double(tensor.componentCount) : 0
      return Double(tasks) * (elements * (perProduct * r + perElement) + perCube * r * r * r)
    }
  }

  /// Tasks are added in at most so many groups: within a group one after the other, groups by the tree. The number must
  /// not depend on ranks, for the order of the sum does on it.
  package static let mostGroups = 4

  /// The groups of a tensor's tasks.
  package static func groups(tasks: Int) -> [Range<Int>] {
    let count = min(tasks, mostGroups)
    return (0..<count).map { tasks * $0 / count..<tasks * ($0 + 1) / count }
  }

  /// - Parameters:
  ///   - laneLoads: what each rank has to do besides, in operations; its count is the number of ranks.
  package init(tensors: [MergedTensor], tasks: Int, laneLoads: [Double], cost: Cost) {
    let groups = Self.groups(tasks: tasks)
    let tree = SumTree(leaves: groups.count)
    var best: (shares: [[Share]], loads: [Double])?
    let deepest = cost.keepsTasksTogether ? 0 : SumTree.depth(of: tree.root)
    for depth in 0...deepest {
      let plan = Self.assign(
        tensors, groups: groups, split: tree.nodes(atDepth: depth), loads: laneLoads, cost: cost)
      if best == nil || plan.loads.max()! < 0.98 * best!.loads.max()! { best = plan }
    }
    shares = best!.shares
    loads = best!.loads
  }

  private static func assign(
    _ tensors: [MergedTensor], groups: [Range<Int>], split: [Range<Int>], loads: [Double], cost: Cost
  ) -> (shares: [[Share]], loads: [Double]) {
    var pieces: [(tensor: Int, groups: Range<Int>, tasks: Range<Int>, cost: Double)] = []
    for (index, tensor) in tensors.enumerated() {
      for part in tensor.role == .masked ? split : [groups.indices.lowerBound..<groups.count] {
        let tasks = groups[part.lowerBound].lowerBound..<groups[part.upperBound - 1].upperBound
        pieces.append((index, part, tasks, cost.of(tensor, tasks: tasks.count)))
      }
    }
    let order = pieces.indices.sorted { (pieces[$0].cost, $1) > (pieces[$1].cost, $0) }
    var loads = loads
    var shares = [[Share]](repeating: [], count: tensors.count)
    for index in order {
      let piece = pieces[index]
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
      loads[rank] += piece.cost
      shares[piece.tensor].append(
        Share(tensor: piece.tensor, groups: piece.groups, tasks: piece.tasks, rank: rank))
    }
    return (shares.map { $0.sorted { $0.tasks.lowerBound < $1.tasks.lowerBound } }, loads)
  }

  /// The rank that puts a tensor together.
  package func owner(of tensor: Int) -> Int { shares[tensor][0].rank }

  /// The ranks that own tasks of a tensor, first the one that puts it together.
  package func owners(of tensor: Int) -> [Int] {
    shares[tensor].reduce(into: []) { owners, share in
      if !owners.contains(share.rank) { owners.append(share.rank) }
    }
  }

  /// The rank that owns a task of a tensor.
  package func owner(of tensor: Int, task: Int) -> Int {
    shares[tensor].first { $0.tasks.contains(task) }!.rank
  }

  /// The shares of a rank, by tensor and task.
  package func shares(ofRank rank: Int) -> [Share] { shares.flatMap { $0.filter { $0.rank == rank } } }

  /// The largest load over the mean: 1 where the work is shared out evenly.
  package var imbalance: Double {
    let mean = loads.reduce(0, +) / Double(loads.count)
    return mean > 0 ? loads.max()! / mean : 1
  }

  /// How far from the mean a rank's load may be for a plan to be called balanced.
  package static let tolerance = 1.15

  /// The largest number of ranks, up to `limit`, over which the work is shared out evenly enough; over some smaller
  /// numbers it need not be. The search gives up beyond twice the largest found.
  ///
  /// - Parameter laneLoads: the ranks' loads in lanes, given a number of ranks.
  package static func usefulRanks(
    tensors: [MergedTensor], tasks: Int, cost: Cost, limit: Int, laneLoads: (Int) -> [Double]
  ) -> Int {
    var useful = 1
    for ranks in stride(from: 2, through: max(2, limit), by: 1) {
      let plan = ShardPlan(tensors: tensors, tasks: tasks, laneLoads: laneLoads(ranks), cost: cost)
      if plan.imbalance <= tolerance { useful = ranks } else if ranks > 2 * useful { break }
    }
    return useful
  }
}
