import Transformers

/// The bytes that one rank sends to others in a step of a learning merge: known from headers alone.
package struct StepTraffic: Codable, Equatable, Sendable {
  /// Sums of lanes on their way to owners, and whole gradients to the owners of other tasks.
  package let gradients: Int
  /// Products gₖ to the other nodes' owners: the components exchange.
  package let products: Int
  /// Sums over the rank's tasks to their tensors' owners, and rebuilt tensors to other nodes.
  package let weights: Int

  package var total: Int { gradients + products + weights }

  /// - Parameters:
  ///   - rank: among the team's.
  ///   - teams: how many there are; each has the same tensors.
  /// - Precondition: the collection's method learns and its architecture is known.
  init(_ collection: Collection, team: TeamPlan, rank: Int, teams: Int) {
    let settings = collection.request.learning!
    let stages = LearningRun.stages(collection, settings) { team.route(of: $0) }
    let learnt = stages.values.flatMap(\.tensors).map(\.tensor)
    gradients = GradientExchange.bytesSent(byRank: rank, stages: stages)
    weights = learnt.reduce(0) { $0 + Self.bytesToRebuild($1, collection, team: team, rank: rank) }
    let ownProducts = learnt.reduce(0) { sum, tensor in
      let count = OwnedShare.productCount(collection.tensors[tensor], settings)
      return sum + count * team.shards.shares[tensor].reduce(0) { $0 + ($1.rank == rank ? $1.tasks.count : 0) }
    }
    products = (teams - 1) * ownProducts * MemoryLayout<Float>.stride
  }

  /// The bytes that a rank sends when a tensor is rebuilt.
  static func bytesToRebuild(_ tensor: Int, _ collection: Collection, team: TeamPlan, rank: Int) -> Int {
    let size = collection.tensors[tensor].count * MemoryLayout<Float>.stride
    return team.shards.owner(of: tensor) == rank
      ? (team.topology.nodeCount - 1) * size
      : team.shards.shares[tensor].count { $0.rank == rank } * size
  }
}
