import Communication

/// How the samples of one step are cut into lanes, and which rank computes which lanes.
///
/// A step's samples are one list: batch after batch in the order of the tasks. Lanes are consecutive stretches of it, as
/// equal as can be. They depend on the recipe and the model alone, never on ranks; a rank computes whole lanes, and the
/// lanes of a node's ranks lie together.
package struct LanePlan: Equatable, Sendable {
  /// Of the whole step, also in a node's part of a plan.
  package let samples: Int
  /// The samples of each lane.
  package let lanes: [Range<Int>]
  /// The lanes of each rank.
  package let lanesOfRank: [Range<Int>]
  /// The lanes of each node.
  package let lanesOfNode: [Range<Int>]

  /// The most lanes that are chosen by default.
  private static let mostLanes = 64
  /// The tokens that a lane should have at least: shorter products run slower.
  private static let tokensOfLane = 200

  /// The largest power of two up to 64 that leaves every lane about 200 tokens or more.
  package static func defaultLaneCount(samples: Int, tokensPerSample: Int) -> Int {
    var lanes = 1
    while lanes < mostLanes, samples * tokensPerSample / (2 * lanes) >= tokensOfLane, 2 * lanes <= samples {
      lanes *= 2
    }
    return lanes
  }

  /// - Parameter laneCount: at least 1; not more lanes than samples are made.
  package init(samples: Int, laneCount: Int, topology: Topology) {
    let count = max(1, min(laneCount, samples))
    let ranks = topology.nodeOfRank.count
    self.samples = samples
    lanes = (0..<count).map { samples * $0 / count..<samples * ($0 + 1) / count }
    var lanesOfRank = [Range<Int>](repeating: 0..<0, count: ranks)
    // Node by node, whatever order the launcher gave the ranks.
    for (place, rank) in topology.ranksByNode.joined().enumerated() {
      lanesOfRank[rank] = count * place / ranks..<count * (place + 1) / ranks
    }
    self.lanesOfRank = lanesOfRank
    lanesOfNode = topology.ranksByNode.map { node in
      lanesOfRank[node.first!].lowerBound..<lanesOfRank[node.last!].upperBound
    }
  }

  private init(samples: Int, lanes: [Range<Int>], lanesOfRank: [Range<Int>], lanesOfNode: [Range<Int>]) {
    self.samples = samples
    self.lanes = lanes
    self.lanesOfRank = lanesOfRank
    self.lanesOfNode = lanesOfNode
  }

  /// The lanes of one node as its ranks see them among themselves: lanes and ranks are numbered from 0.
  ///
  /// - Precondition: the node has lanes.
  package func part(ofNode node: Int, topology: Topology) -> LanePlan {
    let own = lanesOfNode[node]
    precondition(!own.isEmpty, "node \(node) has no lanes")
    let ranks = topology.ranksByNode[node].map { rank in
      let lanes = lanesOfRank[rank]
      return lanes.lowerBound - own.lowerBound..<lanes.upperBound - own.lowerBound
    }
    return LanePlan(
      samples: samples, lanes: Array(lanes[own]), lanesOfRank: ranks, lanesOfNode: [0..<own.count])
  }

  /// The tree in which gradients of lanes are added.
  package var tree: SumTree { SumTree(leaves: lanes.count) }

  /// The samples of a rank.
  package func samples(ofRank rank: Int) -> Range<Int> {
    let lanes = lanesOfRank[rank]
    return lanes.isEmpty ? 0..<0 : self.lanes[lanes.lowerBound].lowerBound..<self.lanes[lanes.upperBound - 1].upperBound
  }

  /// The largest tree nodes that a rank can add up by itself.
  package func pieces(ofRank rank: Int) -> [Range<Int>] { tree.maximalNodes(in: lanesOfRank[rank]) }

  /// The largest tree nodes that a node's ranks can add up among themselves.
  package func pieces(ofNode node: Int) -> [Range<Int>] { tree.maximalNodes(in: lanesOfNode[node]) }
}
