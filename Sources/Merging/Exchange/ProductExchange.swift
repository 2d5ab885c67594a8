import Communication
import LinearAlgebra

/// Adds up what the nodes found out about the same components: what takes the place of gradients and weights between them
/// in the components exchange.
///
///     gₖ = Σ over nodes of uₖᵀ G_node vₖ
///
/// Every node shares out all tensors among its own ranks, so each product has one owner on every node. They send each
/// other their parts, and each adds them in the order of the nodes: so all nodes go on with the same bytes.
final class ProductExchange {
  /// The products of one task of a share.
  private struct Item {
    let values: UnsafeMutableBufferPointer<Float>
    /// Where each node's part arrives in the stage's memory; nil for the own node's.
    var arrivals: [Int?]
  }

  /// What this rank and one on another node both own.
  private struct Peer {
    let rank: Int
    /// By their places among the stage's.
    let items: [Int]
    let outgoing: Range<Int>
    let incoming: Range<Int>
  }

  private struct Stage {
    var items: [Item] = []
    var peers: [Peer] = []
    var memory = FloatStorage(count: 0)
    let tag: Int
    let sent: Outbox
    let arriving: Outbox

    func buffer(_ range: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(start: memory.base + range.lowerBound, count: range.count)
    }
  }

  private let world: Communicator
  private let stages: [Int: Stage]
  private let sum: FloatStorage

  /// - Parameters:
  ///   - plans: by node, how its ranks share out the tensors.
  ///   - shares: what this rank owns.
  ///   - stages: the tensors of each stage whose gradients are wanted.
  init(job: Job, plans: [ShardPlan], shares: [OwnedShare], stages: [Int: GradientStage]) {
    world = job.world
    self.stages = Dictionary(
      uniqueKeysWithValues: stages.map { number, stage in
        (number, Self.stage(number, stage, job: job, plans: plans, shares: shares))
      })
    sum = FloatStorage(count: self.stages.values.flatMap(\.items).map(\.values.count).max() ?? 0)
  }

  private static func stage(
    _ number: Int, _ stage: GradientStage, job: Job, plans: [ShardPlan], shares: [OwnedShare]
  ) -> Stage {
    var result = Stage(
      tag: MessageTag.products(stage: number), sent: Outbox(job.world), arriving: Outbox(job.world))
    // In the same order on all ranks: by tensor, and by task within one.
    var owned: [(tensor: Int, task: Int)] = []
    for tensor in stage.tensors.map(\.tensor) {
      for share in shares where share.share.tensor == tensor {
        for task in share.share.tasks {
          owned.append((tensor, task))
          result.items.append(
            Item(
              values: share.products(task: task - share.share.tasks.lowerBound),
              arrivals: [Int?](repeating: nil, count: plans.count)))
        }
      }
    }
    var count = 0
    func room(_ size: Int) -> Range<Int> {
      defer { count += size }
      return count..<count + size
    }
    for node in plans.indices where node != job.nodeIndex {
      for (place, rank) in job.topology.ranksByNode[node].enumerated() {
        let common = owned.indices.filter { plans[node].owner(of: owned[$0].tensor, task: owned[$0].task) == place }
        guard !common.isEmpty else { continue }
        let size = common.reduce(0) { $0 + result.items[$1].values.count }
        let peer = Peer(rank: rank, items: common, outgoing: room(size), incoming: room(size))
        var offset = peer.incoming.lowerBound
        for item in common {
          result.items[item].arrivals[node] = offset
          offset += result.items[item].values.count
        }
        result.peers.append(peer)
      }
    }
    result.memory = FloatStorage(count: count)
    return result
  }

  /// Sends this node's products of a stage, which are complete, on their way, and starts to receive the other nodes'.
  func send(stage number: Int) throws {
    let stage = stages[number]!
    for peer in stage.peers {
      stage.arriving.add(try world.receive(into: stage.buffer(peer.incoming), from: peer.rank, tag: stage.tag))
    }
    for peer in stage.peers {
      var target = stage.memory.base + peer.outgoing.lowerBound
      for item in peer.items {
        let values = stage.items[item].values
        target.update(from: values.baseAddress!, count: values.count)
        target += values.count
      }
      stage.sent.add(try world.send(UnsafeBufferPointer(stage.buffer(peer.outgoing)), to: peer.rank, tag: stage.tag))
    }
  }

  /// Lets messages proceed, without waiting.
  func progress() throws {
    for stage in stages.values {
      try stage.sent.progress()
      try stage.arriving.progress()
    }
  }

  /// Waits for the other nodes' products of a stage, and puts the sums in the place of the node's own.
  func finish(stage number: Int) throws {
    let stage = stages[number]!
    try stage.arriving.complete()
    try stage.sent.complete()
    for item in stage.items {
      for (node, arrival) in item.arrivals.enumerated() {
        let part = arrival.map { stage.memory.base + $0 } ?? item.values.baseAddress!
        if node == 0 {
          sum.base.update(from: part, count: item.values.count)
        } else {
          add(sum.base, part, into: sum.base, count: item.values.count)
        }
      }
      item.values.baseAddress!.update(from: sum.base, count: item.values.count)
    }
  }
}
