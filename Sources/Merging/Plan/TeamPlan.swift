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

  /// The way of a tensor's gradient to the ranks that own tasks of it.
  func route(of tensor: Int) -> GradientRoute {
    GradientRoute(tensor: tensor, owners: shards.owners(of: tensor), lanes: lanes, topology: topology)
  }

  /// One team, or one for each node.
  ///
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

  /// The recipe's exchange, or the faster one; always dense on one node, and where a node would have no lanes.
  package static func exchange(_ collection: Collection, topology: Topology) -> Exchange {
    let lanes = LearningRun.lanePlan(collection, topology: topology)
    guard topology.nodeCount > 1, !lanes.lanesOfNode.contains(where: \.isEmpty) else { return .dense }
    return collection.request.learning!.exchange ?? faster(collection, lanes: lanes, nodes: topology.nodeCount)
  }

  /// The exchange that takes less time by a model of usual nodes over the recipe's network. What is chosen must not depend
  /// on the machine's mood, so nothing is measured.
  ///
  /// Dense is taken where it is about as fast, for its bytes do not depend on the nodes; and where factors would have to
  /// lie in memory, once per node.
  private static func faster(_ collection: Collection, lanes: LanePlan, nodes: Int) -> Exchange {
    guard collection.request.cache != nil else { return .dense }
    let work = CostModel.Work(collection, lanes: lanes)
    let model = CostModel.usual(network: collection.request.learning!.network)
    let (dense, components) = (
      model.seconds(work, nodes: nodes, ranksPerNode: 1, exchange: .dense),
      model.seconds(work, nodes: nodes, ranksPerNode: 1, exchange: .components)
    )
    return components < 0.9 * dense ? .components : .dense
  }

  /// What a person should know of the exchange; nil: nothing.
  static func note(_ collection: Collection, topology: Topology) -> String? {
    let nodes = topology.nodeCount
    switch (exchange(collection, topology: topology), collection.request.learning!.exchange) {
    case (.components, _):
      return
        "between \(nodes) nodes only the components' gradients travel: on another number of nodes the last bits come "
        + "out otherwise (exchange: dense gives the same bytes on any)"
    case (.dense, .components?) where nodes > 1:
      let lanes = LearningRun.lanePlan(collection, topology: topology).lanes.count
      return "\(lanes) lanes do not reach all of \(nodes) nodes, so they exchange densely"
    default: return nil
    }
  }
}

extension CostModel {
  /// Nodes of sixteen cores of today, as one rank each.
  ///
  /// - Parameter network: between nodes, in Gbit/s.
  package static func usual(network: Double) -> CostModel {
    CostModel(laneRate: 800e9, ownerRate: 800e9, latency: 50e-6, bandwidth: network * 1e9 / 8)
  }
}

extension CostModel.Work {
  /// What a step of a merge consists of, in the operations that a shard plan balances.
  package init(_ collection: Collection, lanes: LanePlan) {
    let settings = collection.request.learning!
    let learnt = collection.body.map { collection.tensors[$0] }
      .filter { $0.role == .masked || $0.role == .scaled && settings.learn.contains(.coefficients) }
    let cost = LearningRun.cost(settings)
    let masked = settings.needsComponents ? learnt.filter { $0.role == .masked } : []
    self.init(
      samples: lanes.samples, laneCount: lanes.lanes.count,
      operationsPerSample: LearningRun.laneLoads(collection, lanes).reduce(0, +) / Double(lanes.samples),
      ownerOperations: learnt.map { cost.of($0, tasks: 1) }, tasks: collection.taskCount,
      elements: learnt.reduce(0) { $0 + $1.count },
      components: collection.taskCount * masked.reduce(0) { $0 + $1.componentCount })
  }
}
