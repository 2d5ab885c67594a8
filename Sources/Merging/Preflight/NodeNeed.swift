import Communication

/// What the ranks of one node need of it together, known from headers alone.
package struct NodeNeed: Codable, Equatable, Sendable {
  package var ranks = 0
  /// Memory of the ranks' own, in bytes: no mapped files, and none that they share.
  package var own = 0
  /// Memory that they share: the weights that forward passes read.
  package var shared = 0
  /// Singular components in mapped files.
  package var factors = 0

  init() {}

  /// One rank of a learning merge.
  init(_ plan: MemoryPlan) {
    ranks = 1
    own = plan.total - plan.weights
    shared = plan.weights
    factors = plan.mapsComponents ? plan.components : 0
  }

  /// One rank of a merge.
  ///
  /// Of static methods only the merged tensors are counted, all of them: they stay in memory until they are written.
  init(_ collection: Collection, topology: Topology, rank: Int, threads: Int, budget: Int?) {
    guard collection.request.method.learns else {
      self.init()
      ranks = 1
      let float = MemoryLayout<Float>.stride
      let plan = ShardPlan(
        tensors: collection.tensors, tasks: collection.taskCount,
        laneLoads: [Double](repeating: 0, count: topology.nodeOfRank.count), cost: StaticMerge(collection).cost)
      for (index, tensor) in collection.tensors.enumerated() where plan.owner(of: index) == rank {
        own += tensor.count * float
      }
      if let encoder = collection.encoder, collection.request.models.contains(where: { $0.evaluate != nil }) {
        shared = encoder.layout.count * float
      }
      return
    }
    self.init(MemoryPlan(collection, topology: topology, rank: rank, threads: threads, budget: budget))
  }

  /// What two parts of a node's ranks need together.
  static func + (left: NodeNeed, right: NodeNeed) -> NodeNeed {
    var sum = left
    sum.ranks += right.ranks
    sum.own += right.own
    sum.shared = max(sum.shared, right.shared)
    sum.factors += right.factors
    return sum
  }

  /// The memory that all need, in bytes; what is mapped is not counted.
  package var memory: Int { own + shared }
}
