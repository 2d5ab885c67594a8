import Communication

/// The way of one tensor's gradient from the ranks that compute lanes to the ranks that own tasks of the tensor.
///
/// Every rank adds up its lanes as far as the tree goes and sends the sums, the pieces, to one rank of its node, the
/// reducer. On the owner's node that is the owner; on other nodes it adds the node's pieces and sends what comes out, so
/// that one partial sum leaves the node where the node's lanes are a node of the tree. The owner adds the rest, and sends
/// the whole to the owners of other tasks.
package struct GradientRoute: Equatable, Sendable {
  /// The rank that puts the gradient together.
  package let owner: Int
  /// The other ranks that own tasks of the tensor.
  package let otherOwners: [Int]
  /// The reducer of each node.
  package let reducers: [Int]

  private let lanes: LanePlan
  private let topology: Topology

  /// - Parameters:
  ///   - tensor: the tensor's number, by which reducers take turns.
  ///   - owners: the ranks that own tasks of it, first the one that puts the gradient together.
  package init(tensor: Int, owners: [Int], lanes: LanePlan, topology: Topology) {
    let owner = owners[0]
    self.owner = owner
    otherOwners = Array(owners.dropFirst())
    self.lanes = lanes
    self.topology = topology
    reducers = (0..<topology.nodeCount).map { node in
      topology.nodeOfRank[owner] == node ? owner : topology.rank(onNode: node, turn: tensor)
    }
  }

  /// A sum of lanes on its way.
  package struct Piece: Equatable, Sendable {
    /// The lanes, a node of the tree.
    package let lanes: Range<Int>
    /// Its place among the pieces that its sender sends on this leg.
    package let number: Int
    package let from: Int
    package let to: Int
  }

  /// The parts of the way, in order.
  package enum Leg: Int, CaseIterable, Sendable {
    /// From each rank to its node's reducer.
    case withinNodes
    /// From the other nodes' reducers to the owner.
    case betweenNodes
    /// From the owner to the owners of other tasks.
    case toOtherOwners
  }

  /// What travels on a leg. A rank has what it sends, or has what it adds up to it, when the legs before are done.
  package func pieces(on leg: Leg) -> [Piece] {
    switch leg {
    case .withinNodes:
      reducers.enumerated().flatMap { node, reducer in
        topology.ranksByNode[node].filter { $0 != reducer }.flatMap { rank in
          lanes.pieces(ofRank: rank).enumerated().map { Piece(lanes: $1, number: $0, from: rank, to: reducer) }
        }
      }
    case .betweenNodes:
      reducers.enumerated().filter { $0.element != owner }.flatMap { node, reducer in
        lanes.pieces(ofNode: node).enumerated().map { Piece(lanes: $1, number: $0, from: reducer, to: owner) }
      }
    case .toOtherOwners:
      otherOwners.filter { !hasSentWhole($0) }
        .map { Piece(lanes: lanes.tree.root, number: 0, from: owner, to: $0) }
    }
  }

  /// Whether what a rank sends on its way to the owner is the sum over all lanes already.
  private func hasSentWhole(_ rank: Int) -> Bool {
    [Leg.withinNodes, .betweenNodes].contains { leg in
      pieces(on: leg).contains { $0.from == rank && $0.lanes == lanes.tree.root }
    }
  }
}
