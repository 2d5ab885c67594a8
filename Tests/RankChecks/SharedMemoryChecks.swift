import Communication

/// Memory that a node's ranks share.
enum SharedMemoryChecks {
  static func run(_ context: CheckContext) throws {
    for ranksPerNode in [nil, 1, 2] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      try share(context, job)
    }
  }

  /// Each rank writes its part, and all read all of it, in several rounds.
  private static func share(_ context: CheckContext, _ job: Job) throws {
    let (node, verdict) = (job.node, context.verdict)
    let part = 10_000
    let memory = try SharedMemory<Float>(count: part * node.size, node: node)
    verdict.expectEqual(memory.count, part * node.size, "the count")
    verdict.expect((0..<memory.count).allSatisfy { memory.base[$0] == 0 }, "new memory is not of zeros")
    try memory.synchronize()
    for round in 1...5 {
      func value(_ index: Int) -> Float { Float((index + 17 * job.nodeIndex + 31 * round) % 9_973) }
      for index in part * node.rank..<part * (node.rank + 1) { memory.base[index] = value(index) }
      try memory.synchronize()
      verdict.expect(
        (0..<memory.count).allSatisfy { memory.base[$0] == value($0) }, "round \(round): other values than were written"
      )
      try memory.synchronize()
    }
    let empty = try SharedMemory<Int>(count: 0, node: node)
    verdict.expectEqual(empty.count, 0, "the count of empty memory")
  }
}
