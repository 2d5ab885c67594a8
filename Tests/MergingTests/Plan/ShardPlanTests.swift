import Communication
import Testing
import Transformers

@testable import Merging

@Suite struct ShardPlanTests {
  /// A vision tower's tensors.
  private func tensors(width: Int, layers: Int) -> [MergedTensor] {
    func tensor(_ name: String, _ shape: [Int], _ role: ParameterRole) -> MergedTensor {
      MergedTensor(
        name: name, members: [MergedTensor.Member(name: name, shape: shape)], role: role,
        place: MergedTensor.Place(offset: 0, stage: 0))
    }
    return (0..<layers).flatMap { layer in
      [
        tensor("\(layer).qkv", [3 * width, width], .masked), tensor("\(layer).out", [width, width], .masked),
        tensor("\(layer).fc1", [4 * width, width], .masked), tensor("\(layer).fc2", [width, 4 * width], .masked),
        tensor("\(layer).bias", [4 * width], .scaled), tensor("\(layer).norm", [width], .frozen),
      ]
    }
  }

  private func plan(
    _ tensors: [MergedTensor], tasks: Int, ranks: Int, cost: ShardPlan.Cost = .learning(steps: 100)
  ) -> ShardPlan {
    ShardPlan(tensors: tensors, tasks: tasks, laneLoads: [Double](repeating: 1e6, count: ranks), cost: cost)
  }

  @Test(arguments: [1, 2, 3, 8, 20]) func everyTaskOfEveryTensorIsOwnedOnce(tasks: Int) {
    let tensors = tensors(width: 64, layers: 3)
    let groups = ShardPlan.groups(tasks: tasks)
    let tree = SumTree(leaves: groups.count)
    for ranks in 1...64 {
      let plan = plan(tensors, tasks: tasks, ranks: ranks)
      #expect(plan == self.plan(tensors, tasks: tasks, ranks: ranks))
      #expect(plan.shares.count == tensors.count)
      #expect(plan.loads.count == ranks)
      for (index, shares) in plan.shares.enumerated() {
        #expect(shares.flatMap { Array($0.tasks) } == Array(0..<tasks))
        #expect(plan.owner(of: index) == shares[0].rank)
        for share in shares {
          #expect(share.tensor == index)
          #expect((0..<ranks).contains(share.rank))
          // A share is a node of the tree over groups, so that its sum is one of the tree's.
          #expect(tree.maximalNodes(in: share.groups) == [share.groups])
          let tasks = groups[share.groups.lowerBound].lowerBound..<groups[share.groups.upperBound - 1].upperBound
          #expect(share.tasks == tasks)
          for task in tasks { #expect(plan.owner(of: index, task: task) == share.rank) }
        }
        if tensors[index].role != .masked { #expect(shares.count == 1) }
      }
      #expect((0..<ranks).flatMap { plan.shares(ofRank: $0) }.count == plan.shares.reduce(0) { $0 + $1.count })
    }
  }

  @Test func loadsAreWhatSharesCost() {
    let tensors = tensors(width: 32, layers: 2)
    let cost = ShardPlan.Cost.learning(steps: 10)
    for ranks in [1, 5, 13] {
      let plan = plan(tensors, tasks: 8, ranks: ranks, cost: cost)
      for rank in 0..<ranks {
        let load = plan.shares(ofRank: rank).reduce(1e6) { $0 + cost.of(tensors[$1.tensor], tasks: $1.tasks.count) }
        #expect(abs(plan.loads[rank] - load) <= 1e-9 * load)
      }
    }
  }

  /// ViT-B/32's shapes: up to so many ranks as are called useful the largest load is within 1.15 of the mean.
  @Test func workIsBalancedOverUsefulRanks() {
    let tensors = tensors(width: 768, layers: 12)
    let cost = ShardPlan.Cost.learning(steps: 500)
    func lanes(_ ranks: Int) -> [Double] { [Double](repeating: 1e12 / Double(ranks), count: ranks) }
    let useful = ShardPlan.usefulRanks(tensors: tensors, tasks: 8, cost: cost, limit: 64, laneLoads: lanes)
    #expect(useful >= 16)
    for ranks in [2, 4, 8, useful] {
      let plan = ShardPlan(tensors: tensors, tasks: 8, laneLoads: lanes(ranks), cost: cost)
      #expect(plan.imbalance <= ShardPlan.tolerance, "\(ranks) ranks: \(plan.imbalance)")
      #expect(plan.imbalance == plan.loads.max()! * Double(ranks) / plan.loads.reduce(0, +))
    }
    let tooMany = ShardPlan(
      tensors: self.tensors(width: 8, layers: 1), tasks: 1, laneLoads: [Double](repeating: 0, count: 64), cost: cost)
    #expect(tooMany.imbalance > ShardPlan.tolerance)
  }

  @Test func fewLargeMatricesAreSplitByTasks() {
    let tensors = Array(tensors(width: 64, layers: 1)[0...0])
    let split = plan(tensors, tasks: 8, ranks: 4)
    #expect(split.shares[0].map(\.tasks) == [0..<2, 2..<4, 4..<6, 6..<8])
    #expect(Set(split.shares[0].map(\.rank)).count == 4)
    #expect(split.owners(of: 0) == split.shares[0].map(\.rank))
    #expect(plan(tensors, tasks: 8, ranks: 2).shares[0].map(\.tasks) == [0..<4, 4..<8])
    #expect(plan(tensors, tasks: 8, ranks: 1).shares[0].map(\.tasks) == [0..<8])
    // A static method has all tasks of a tensor at one owner.
    #expect(plan(tensors, tasks: 8, ranks: 4, cost: .once).shares[0].map(\.tasks) == [0..<8])
  }

  @Test func groupsTileTheTasks() {
    for tasks in 1...30 {
      let groups = ShardPlan.groups(tasks: tasks)
      #expect(groups.flatMap { Array($0) } == Array(0..<tasks))
      #expect(groups.count == min(tasks, 4))
    }
  }
}
