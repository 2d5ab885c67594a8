import Communication

/// Broadcasts, reductions and gathers.
enum CollectiveChecks {
  static func run(_ context: CheckContext) throws {
    try broadcast(context)
    try reduce(context)
    try gather(context)
  }

  private static func broadcast(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    for root in 0..<world.size {
      let isRoot = world.rank == root
      for count in [0, 1, 500_000] {
        let wanted = (0..<count).map { UInt8(truncatingIfNeeded: $0 + root) }
        verdict.expect(
          try world.broadcast(isRoot ? wanted : [9, 9], from: root) == wanted, "\(count) bytes from \(root) differ")
      }
      for text in ["", "ä – Ω\n\"x\""] {
        verdict.expectEqual(try world.broadcast(isRoot ? text : "other", from: root), text, "text from \(root)")
      }
      var values = (0..<5).map { Float($0 * (isRoot ? 2 : 7)) }
      try values.withUnsafeMutableBufferPointer { try world.broadcast(into: $0, from: root) }
      verdict.expectEqual(values, [0, 2, 4, 6, 8], "floats from \(root)")
    }
  }

  private static func reduce(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    let (rank, size) = (world.rank, world.size)
    verdict.expectEqual(
      try world.sum([rank, 1, 1 << 40]), [size * (size - 1) / 2, size, size << 40], "the sum")
    verdict.expectEqual(try world.sum([]), [], "the sum of nothing")
    // Numbers whose sum would round: each place has one owner, so nothing is rounded.
    let numbers = (0..<50).map { index in
      let scale = index % 2 == 0 ? 1e-9 : -1e9
      return scale / Double(index + 3)
    }
    let own = numbers.enumerated().map { $0.offset % size == rank ? $0.element : 0 }
    verdict.expectEqual(try world.assemble(own), numbers, "assembled numbers")
  }

  private static func gather(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    // Rank r gives r² numbers: rank 0 none.
    let all = (0..<world.size).map { rank in (0..<rank * rank).map { Double(100 * rank + $0) } }
    verdict.expectEqual(try world.gatherToAll(all[world.rank]), all, "uneven numbers of values")
    for root in 0..<world.size {
      let gathered = try world.gather(all[world.rank], to: root)
      verdict.expectEqual(gathered, world.rank == root ? all : nil, "values gathered on \(root)")
    }
    verdict.expectEqual(
      try world.gather([]), world.rank == 0 ? [[Double]](repeating: [], count: world.size) : nil,
      "no values on one rank")
    let one = (0..<world.size).map { $0 == world.size - 1 ? [Float(1)] : [] }
    verdict.expectEqual(try world.gatherToAll(one[world.rank]), one, "values of the last rank alone")
    verdict.expectEqual(
      try world.gatherToAll([Int]()), [[Int]](repeating: [], count: world.size), "no values at all")
    let texts = (0..<world.size).map { String(repeating: "é", count: $0) }
    verdict.expectEqual(try world.gatherToAll(texts[world.rank]), texts, "texts")
  }
}
