import Communication

/// How ranks share out the learning of a merge among themselves: a pure function of the collection, the nodes and the
/// exchange.
///
/// In the dense exchange all ranks are one team. In the components exchange each node's ranks are one: they compute the
/// node's lanes, and share out all tensors once more.
package struct TeamPlan: Sendable {
  /// Of the team's ranks alone.
  package let topology: Topology
  package let lanes: LanePlan
  package let shards: ShardPlan

  /// - Precondition: the collection's method learns and its architecture is known.
  package static func teams(_ collection: Collection, topology: Topology, exchange: Exchange) -> [TeamPlan] {
    switch exchange {
    case .dense:
      let (lanes, shards) = LearningRun.plans(collection, topology: topology)
      return [TeamPlan(topology: topology, lanes: lanes, shards: shards)]
    case .components:
      let all = LearningRun.lanePlan(collection, topology: topology)
      return topology.ranksByNode.enumerated().map { node, ranks in
        let lanes = all.part(ofNode: node, topology: topology)
        let shards = ShardPlan(
          tensors: collection.tensors, tasks: collection.taskCount, laneLoads: LearningRun.laneLoads(collection, lanes),
          cost: LearningRun.cost(collection.request.learning!))
        return TeamPlan(topology: Topology(oneNodeOf: ranks.count), lanes: lanes, shards: shards)
      }
    }
  }

  /// The recipe's exchange, or the one that takes less time by `CostModel.usual`; always dense on one node, and where a
  /// node would have no lanes.
  package static func exchange(_ collection: Collection, topology: Topology) -> Exchange {
    let nodes = topology.nodeCount
    let lanes = LearningRun.lanePlan(collection, topology: topology)
    guard nodes > 1, !lanes.lanesOfNode.contains(where: \.isEmpty) else { return .dense }
    if let wanted = collection.request.learning!.exchange { return wanted }
    let work = CostModel.Work(collection, lanes: lanes)
    // Ties go to dense, whose bytes do not depend on the nodes.
    func seconds(_ exchange: Exchange) -> Double {
      let ranks = topology.ranksByNode.map(\.count).max()!
      return CostModel.usual.seconds(work, nodes: nodes, ranksPerNode: ranks, exchange: exchange)
    }
    return seconds(.components) < seconds(.dense) ? .components : .dense
  }
}

extension CostModel {
  /// Cores of today on a network of 10 Gbit/s. What is chosen by it must not depend on the machine's mood, so nothing is
  /// measured.
  package static let usual = CostModel(laneRate: 50e9, ownerRate: 50e9, latency: 50e-6, bandwidth: 1.25e9)
}

extension CostModel.Work {
  /// What a step of a merge consists of: lanes' 6 operations per weight and token; 2·m·n·r per task for the gradients of
  /// masks, and as much again for the rebuilt matrices.
  package init(_ collection: Collection, lanes: LanePlan) {
    let settings = collection.request.learning!
    let learnt = collection.body.map { collection.tensors[$0] }
      .filter { $0.role == .masked || $0.role == .scaled && settings.learn.contains(.coefficients) }
    let masked = settings.needsComponents ? learnt.filter { $0.role == .masked } : []
    self.init(
      samples: lanes.samples, laneCount: lanes.lanes.count,
      operationsPerSample: LearningRun.laneLoads(collection, lanes).reduce(0, +) / Double(lanes.samples),
      ownerOperations: masked.map { 4 * Double($0.count * $0.componentCount) }, tasks: collection.taskCount,
      elements: learnt.reduce(0) { $0 + $1.count },
      components: collection.taskCount * masked.reduce(0) { $0 + $1.componentCount })
  }
}
