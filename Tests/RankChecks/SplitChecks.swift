import Communication

/// Parts of a communicator.
enum SplitChecks {
  static func run(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    let part = try world.split(color: world.rank % 2)
    let members = (0..<world.size).filter { $0 % 2 == world.rank % 2 }
    verdict.expectEqual(part.size, members.count, "the size of a part")
    verdict.expectEqual(part.rank, members.firstIndex(of: world.rank)!, "the rank in a part")
    verdict.expectEqual(try part.gatherToAll([world.rank]), members.map { [$0] }, "the members of a part")
    verdict.expect(part.traffic === world.traffic, "a part counts its messages by itself")
    let node = try world.splitByNode()
    verdict.expectEqual(node.size, world.size, "the ranks of this node")
  }
}
