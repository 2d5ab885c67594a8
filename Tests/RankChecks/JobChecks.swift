import Communication

/// Jobs on made-up nodes.
enum JobChecks {
  static func run(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    for ranksPerNode in [1, 2, 3] {
      let job = try Job(world: world, ranksPerNode: ranksPerNode)
      let nodes = (0..<world.size).map { $0 / ranksPerNode }
      verdict.expectEqual(job.topology.nodeOfRank, nodes, "nodes of \(ranksPerNode) ranks")
      verdict.expectEqual(job.nodeIndex, nodes[world.rank], "this rank's node")
      verdict.expectEqual(job.topology.nodeCount, nodes.last! + 1, "the number of nodes")
      verdict.expectEqual(
        try job.node.gatherToAll([world.rank]).map { $0[0] }, job.topology.ranksByNode[job.nodeIndex],
        "the ranks of this node")
    }
    let interleaved = (0..<world.size).map { $0 % 2 }
    verdict.expectEqual(
      try Job(world: world, nodeOfRank: interleaved).topology.nodeOfRank, interleaved, "nodes whose ranks take turns")
    let job = try Job(world: world)
    verdict.expectEqual(job.topology, Topology(oneNodeOf: world.size), "the one node there is")
    verdict.expectEqual(job.isCoordinator, world.rank == 0, "who coordinates")
    verdict.expectEqual([job.rank, job.size], [world.rank, world.size], "rank and size")
  }
}
