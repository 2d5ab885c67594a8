import Communication
import Transformers

/// What a merge would do on so many ranks of one node, known from headers alone.
package struct MergePlan: Codable, Sendable {
  package struct RankPlan: Codable, Sendable {
    /// Merged tensors, or tasks of them, that the rank owns.
    package let shares: Int
    /// Samples of a step that the rank computes.
    package let samples: Int
    /// Of one step, or of a static merge; elementwise work is weighed in.
    package let operations: Double
    /// Nil for static methods.
    package let memory: MemoryPlan?
  }

  package let mergeMethod: String
  package let tasks: Int
  /// Merged tensors by role.
  package let masked: Int
  package let scaled: Int
  package let frozen: Int
  /// Singular components of all tasks.
  package let components: Int
  package let steps: Int
  package let lanes: Int
  package let threadsPerRank: Int
  /// The largest number of ranks, up to 64, among which the work can be shared out evenly.
  package let usefulRanks: Int
  package let perRank: [RankPlan]

  package init(_ collection: Collection, ranks: Int, threads: Int, memory: Int?) {
    let topology = Topology(oneNodeOf: ranks)
    let tensors = collection.tensors
    mergeMethod = collection.request.method.rawValue
    tasks = collection.taskCount
    masked = tensors.count { $0.role == .masked }
    scaled = tensors.count { $0.role == .scaled }
    frozen = tensors.count { $0.role == .frozen }
    components = collection.taskCount * tensors.reduce(0) { $0 + ($1.role == .masked ? $1.componentCount : 0) }
    threadsPerRank = threads
    guard let learning = collection.request.learning else {
      let cost = StaticMerge(collection).cost
      let plan = ShardPlan(
        tensors: tensors, tasks: tasks, laneLoads: [Double](repeating: 0, count: ranks), cost: cost)
      (steps, lanes) = (0, 0)
      usefulRanks = ShardPlan.usefulRanks(tensors: tensors, tasks: tasks, cost: cost, limit: 64) {
        [Double](repeating: 0, count: $0)
      }
      perRank = (0..<ranks).map { rank in
        RankPlan(
          shares: plan.shares(ofRank: rank).count, samples: 0, operations: plan.loads[rank], memory: nil)
      }
      return
    }
    let (lanePlan, shards) = LearningRun.plans(collection, topology: topology)
    (steps, lanes) = (learning.steps, lanePlan.lanes.count)
    usefulRanks = LearningRun.usefulRanks(collection, limit: 64)
    perRank = (0..<ranks).map { rank in
      RankPlan(
        shares: shards.shares(ofRank: rank).count, samples: lanePlan.samples(ofRank: rank).count,
        operations: shards.loads[rank],
        memory: MemoryPlan(
          collection, topology: topology, rank: rank, threads: threads, lanes: lanePlan, shards: shards, budget: memory)
      )
    }
  }

  /// The largest rank's operations over the mean.
  package var imbalance: Double {
    let loads = perRank.map(\.operations)
    let mean = loads.reduce(0, +) / Double(loads.count)
    return mean > 0 ? loads.max()! / mean : 1
  }
}
