import Communication
import Transformers

/// What a merge would do on so many ranks, known from headers alone.
package struct MergePlan: Codable, Sendable {
  package struct RankPlan: Codable, Sendable {
    package let node: Int
    /// Merged tensors, or tasks of them, that the rank owns.
    package let shares: Int
    /// Samples of a step that the rank computes.
    package let samples: Int
    /// Of one step, or of a static merge; elementwise work is weighed in.
    package let operations: Double
    /// Nil for static methods.
    package let traffic: StepTraffic?
    /// Nil for static methods.
    package let memory: MemoryPlan?
  }

  /// What a step of a learning method takes, and how its nodes exchange what they find.
  package struct StepPlan: Codable, Sendable {
    package let exchange: Exchange
    /// Between nodes, in Gbit/s.
    package let network: Double
    package let work: CostModel.Work
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
  package let nodes: Int
  package let threadsPerRank: Int
  /// The largest number of ranks, up to 64, among which the work can be shared out evenly.
  package let usefulRanks: Int
  /// Nil for static methods.
  package let step: StepPlan?
  package let perRank: [RankPlan]
  package let perNode: [NodeNeed]
  package let space: SpacePlan
  /// What would keep the merge from beginning, and what is good to know; whoever looks at a machine fills them in.
  package var findings: [String] = []
  package var notes: [String] = []

  /// - Parameter memory: the private memory, in bytes, that each rank may use; nil: any.
  package init(_ collection: Collection, topology: Topology, threads: Int, memory: Int?) {
    let (tensors, ranks) = (collection.tensors, topology.nodeOfRank.count)
    nodes = topology.nodeCount
    mergeMethod = collection.request.method.rawValue
    tasks = collection.taskCount
    masked = tensors.count { $0.role == .masked }
    scaled = tensors.count { $0.role == .scaled }
    frozen = tensors.count { $0.role == .frozen }
    components = collection.taskCount * tensors.reduce(0) { $0 + ($1.role == .masked ? $1.componentCount : 0) }
    threadsPerRank = threads
    space = SpacePlan(collection)
    guard let learning = collection.request.learning else {
      let cost = StaticMerge(collection).cost
      let plan = ShardPlan(
        tensors: tensors, tasks: tasks, laneLoads: [Double](repeating: 0, count: ranks), cost: cost)
      (steps, lanes, step) = (0, 0, nil)
      usefulRanks = ShardPlan.usefulRanks(tensors: tensors, tasks: tasks, cost: cost, limit: 64) {
        [Double](repeating: 0, count: $0)
      }
      perRank = (0..<ranks).map { rank in
        RankPlan(
          node: topology.nodeOfRank[rank], shares: plan.shares(ofRank: rank).count, samples: 0,
          operations: plan.loads[rank], traffic: nil, memory: nil)
      }
      perNode = topology.ranksByNode.map { ranks in
        ranks.reduce(NodeNeed()) {
          $0 + NodeNeed(collection, topology: topology, rank: $1, threads: threads, budget: memory)
        }
      }
      return
    }
    let exchange = TeamPlan.exchange(collection, topology: topology)
    let teams = TeamPlan.teams(collection, topology: topology, exchange: exchange)
    let lanePlan = LearningRun.lanePlan(collection, topology: topology)
    (steps, lanes) = (learning.steps, lanePlan.lanes.count)
    step = StepPlan(
      exchange: exchange, network: learning.network, work: CostModel.Work(collection, lanes: lanePlan))
    usefulRanks = LearningRun.usefulRanks(collection, limit: 64)
    let perRank = (0..<ranks).map { rank in
      let node = topology.nodeOfRank[rank]
      let (team, place) =
        teams.count == 1 ? (teams[0], rank) : (teams[node], topology.ranksByNode[node].firstIndex(of: rank)!)
      return RankPlan(
        node: node, shares: team.shards.shares(ofRank: place).count,
        samples: team.lanes.samples(ofRank: place).count, operations: team.shards.loads[place],
        traffic: StepTraffic(collection, team: team, rank: place, teams: teams.count),
        memory: MemoryPlan(
          collection, team: team, rank: place, teams: teams.count, threads: threads, budget: memory))
    }
    self.perRank = perRank
    perNode = topology.ranksByNode.map { ranks in
      ranks.reduce(NodeNeed()) { $0 + NodeNeed(perRank[$1].memory!) }
    }
  }

  /// The largest rank's operations over the mean.
  package var imbalance: Double {
    let loads = perRank.map(\.operations)
    let mean = loads.reduce(0, +) / Double(loads.count)
    return mean > 0 ? loads.max()! / mean : 1
  }
}
