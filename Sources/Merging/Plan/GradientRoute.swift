import Communication

/// The way of one tensor's gradient from the ranks that compute lanes to the tensor's owner.
///
/// Every rank adds up its lanes as far as the tree goes and sends the sums, the pieces, to one rank of its node, the
/// reducer. On the owner's node that is the owner; on other nodes it adds the node's pieces and sends what comes out, so
/// that one partial sum leaves the node where the node's lanes are a node of the tree. The owner adds the rest.
package struct GradientRoute: Equatable, Sendable {
  /// The rank that puts the gradient together.
  package let owner: Int
  /// The reducer of each node.
  package let reducers: [Int]

  private let lanes: LanePlan
  private let topology: Topology

  /// - Parameter tensor: the tensor's number, by which reducers take turns.
  package init(tensor: Int, owner: Int, lanes: LanePlan, topology: Topology) {
    self.owner = owner
    self.lanes = lanes
    self.topology = topology
    reducers = topology.ranksByNode.enumerated().map { node, ranks in
      topology.nodeOfRank[owner] == node ? owner : ranks[tensor % ranks.count]
    }
  }

  /// A sum of lanes on its way.
  package struct Piece: Equatable, Sendable {
    /// The lanes, a node of the tree.
    package let lanes: Range<Int>
    package let from: Int
    package let to: Int
  }

  /// What travels within nodes: from each rank to its node's reducer, where they are not the same.
  package var withinNodes: [Piece] {
    reducers.enumerated().flatMap { node, reducer in
      topology.ranksByNode[node].filter { $0 != reducer }.flatMap { rank in
        lanes.pieces(ofRank: rank).map { Piece(lanes: $0, from: rank, to: reducer) }
      }
    }
  }

  /// What travels between nodes: from the other nodes' reducers to the owner.
  package var betweenNodes: [Piece] {
    reducers.enumerated().filter { $0.element != owner }.flatMap { node, reducer in
      lanes.pieces(ofNode: node).map { Piece(lanes: $0, from: reducer, to: owner) }
    }
  }
}
