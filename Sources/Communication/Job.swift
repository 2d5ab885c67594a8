/// The ranks of a job and where they stand.
package final class Job {
  /// All ranks.
  package let world: Communicator
  /// The ranks of this rank's node.
  package let node: Communicator
  package let topology: Topology

  package var rank: Int { world.rank }
  package var size: Int { world.size }
  package var isCoordinator: Bool { world.rank == 0 }
  /// This rank's node.
  package var nodeIndex: Int { topology.nodeOfRank[world.rank] }

  /// Finds out which ranks share memory. Collective.
  ///
  /// - Parameter ranksPerNode: takes so many ranks at a time for a node, to exercise on one machine what several do; nil:
  ///   the nodes there are.
  /// - Throws: `TagLimitError` where this MPI cannot tell the job's messages apart; `MPIError`.
  package convenience init(world: Communicator, ranksPerNode: Int? = nil) throws {
    let node =
      if let ranksPerNode { try world.split(color: world.rank / ranksPerNode) } else { try world.splitByNode() }
    try self.init(world: world, node: node)
  }

  /// Takes ranks for those of made-up nodes. Collective.
  ///
  /// - Parameter nodeOfRank: any number for each node.
  package convenience init(world: Communicator, nodeOfRank: [Int]) throws {
    try self.init(world: world, node: try world.split(color: nodeOfRank[world.rank]))
  }

  private init(world: Communicator, node: Communicator) throws {
    try TagLimitError.check(limit: try world.tagLimit())
    self.world = world
    // A node is named by the lowest of its ranks.
    var leader = [world.rank]
    try leader.withUnsafeMutableBufferPointer { (buffer) throws(MPIError) in
      try node.broadcast(into: buffer, from: 0)
    }
    let leaders = try world.gatherToAll(leader)
    self.node = node
    topology = Topology(nodeOfRank: leaders.map { $0[0] })
  }
}

/// The transport that MPI has chosen leaves fewer bits for tags than messages have.
package struct TagLimitError: Error, Equatable, CustomStringConvertible {
  package let limit: Int

  static func check(limit: Int) throws(TagLimitError) {
    guard limit >= Communicator.largestTag else { throw TagLimitError(limit: limit) }
  }

  package var description: String {
    "this MPI allows message tags up to \(limit), but \(Communicator.largestTag) is needed; choose another transport, as "
      + "with 'mpirun --mca pml ob1'"
  }
}
