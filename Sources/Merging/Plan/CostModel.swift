import Communication
import Foundation
import LinearAlgebra
import Transformers

/// How long a step would take on other machines: a model of latencies, bandwidths and rates, all of them measured.
///
///     step = lanes + shares + max(0, network − what it hides behind) + messages · latency
///
/// Lanes: 6 operations per weight and token, of the rank with the most samples. Shares: the gradients of masks and the
/// rebuilt matrices, of the rank with the most. Dense exchange: every node sends the gradients of the tensors that other
/// nodes own and receives the rebuilt ones, while the backward pass computes. Components exchange: every node holds all
/// factors, so its ranks share out all owners' work among themselves, and only gₖ travel.
package struct CostModel: Codable, Equatable, Sendable {
  /// Operations per second of one rank in lanes' products.
  package var laneRate: Double
  /// Operations per second of one rank in owners' products.
  package var ownerRate: Double
  /// Seconds from one node to another.
  package var latency: Double
  /// Bytes per second that a node can send, and receive at the same time.
  package var bandwidth: Double

  package init(laneRate: Double, ownerRate: Double, latency: Double, bandwidth: Double) {
    self.laneRate = laneRate
    self.ownerRate = ownerRate
    self.latency = latency
    self.bandwidth = bandwidth
  }

  /// What a step of some merge consists of.
  package struct Work: Codable, Equatable, Sendable {
    /// Samples of a step.
    package var samples: Int
    package var laneCount: Int
    /// Operations of one sample, forwards and backwards.
    package var operationsPerSample: Double
    /// Operations of owners, per task: 2·m·n·r of each masked matrix for gradients, and what rebuilding takes.
    package var ownerOperations: [Double]
    package var tasks: Int
    /// Elements of the tensors that are learnt.
    package var elements: Int
    /// Components of all tasks.
    package var components: Int

    package init(
      samples: Int, laneCount: Int, operationsPerSample: Double, ownerOperations: [Double], tasks: Int, elements: Int,
      components: Int
    ) {
      self.samples = samples
      self.laneCount = laneCount
      self.operationsPerSample = operationsPerSample
      self.ownerOperations = ownerOperations
      self.tasks = tasks
      self.elements = elements
      self.components = components
    }
  }

  /// Seconds of a step on `nodes` nodes of `ranksPerNode` ranks.
  package func seconds(_ work: Work, nodes: Int, ranksPerNode: Int, exchange: Exchange) -> Double {
    let ranks = nodes * ranksPerNode
    let lanesOfRank = (work.laneCount + ranks - 1) / ranks
    let samplesOfRank = Double(lanesOfRank) * Double(work.samples) / Double(work.laneCount)
    let lanes = samplesOfRank * work.operationsPerSample / laneRate
    let owners = exchange == .dense ? ranks : ranksPerNode
    let own = Self.largestShare(work.ownerOperations, tasks: work.tasks, ranks: owners) / ownerRate
    guard nodes > 1 else { return lanes + own }
    let steps = log2(Double(nodes)).rounded(.up)
    switch exchange {
    case .dense:
      // A node owns its part of the tensors; of the others' it sends gradients and receives values.
      let bytes = 4 * Double(work.elements) * Double(nodes - 1) / Double(nodes)
      // Gradients leave and merged values arrive at the same time, stage by stage, behind the backward pass.
      let network = 2 * bytes / bandwidth
      let hidden = lanes * 2 / 3 + own
      let messages = Double(work.ownerOperations.count) * 2 * latency
      return lanes + own + max(0, network - hidden) + messages / 2 + steps * latency
    case .components:
      let bytes = 4 * Double(work.components) * Double(nodes - 1)
      return lanes + own + bytes / bandwidth + Double(work.ownerOperations.count) * steps * latency
    }
  }

  /// The most that one of `ranks` has to do, where the tasks of a matrix may be split into quarters.
  static func largestShare(_ operations: [Double], tasks: Int, ranks: Int) -> Double {
    let parts = min(tasks, ShardPlan.mostGroups)
    let pieces = operations.flatMap { one in (0..<parts).map { _ in one * Double(tasks) / Double(parts) } }
    var loads = [Double](repeating: 0, count: ranks)
    for piece in pieces.sorted(by: >) {
      let least = loads.indices.min { loads[$0] < loads[$1] }!
      loads[least] += piece
    }
    return loads.max()!
  }
}
