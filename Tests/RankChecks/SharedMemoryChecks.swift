import Communication
import Foundation
import Merging

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

  /// What is freed leaves the process: the window, and the memory that this rank has touched.
  static func free(_ context: CheckContext) throws {
    for ranksPerNode in [nil, 1, 2] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      let before = (windows: try windows(), bytes: ProcessMemory.privateBytes)
      for round in 1...3 {
        let count = 1 << 22
        let memory = try SharedMemory<Float>(count: count, node: job.node)
        if job.node.rank == 0 { memory.base.update(repeating: 1, count: count) }
        try memory.synchronize()
        context.verdict.expect(
          stride(from: 0, to: count, by: 512).allSatisfy { memory.base[$0] == 1 }, "round \(round): what was written")
        let held = ProcessMemory.privateBytes - before.bytes
        try memory.free()
        // A rank that is alone on its node has memory like any other, which may be held for later.
        ProcessMemory.release()
        context.verdict.expectEqual(try windows(), before.windows, "round \(round): windows behind free")
        let left = ProcessMemory.privateBytes - before.bytes
        context.verdict.expect(
          held > 12 << 20 && left < 2 << 20, "round \(round): \(held) bytes held, \(left) left behind free")
      }
    }
  }

  /// Making heads of class names and choosing a coefficient leave no memory behind that ranks share.
  static func freeOfPhases(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    let before = try windows()
    let base = "\(context.fixtures)/zeroshot/base"
    var source = ModelSource(model: base, task: "a", head: "")
    source.prompts = ClassPrompts(classes: ["forest", "river", "café"])
    let naming = MergeRequest(method: .average, base: base, models: [source])
    let merge = try Merge(naming, job: job, pool: context.pool()) { _ in }
    context.verdict.expectEqual(try merge.collection.head(source).classCount, 3, "classes of the head")
    context.verdict.expectEqual(try windows(), before, "windows behind the making of heads")

    var searching = FixtureMerge.request(.taskArithmetic, family: "clip", fixtures: context.fixtures)
    searching.search = CoefficientGrid(around: 0.3)
    let search = try Merge(searching, job: job, pool: context.pool()) { _ in }
    try search.run()
    context.verdict.expectEqual(search.report.search?.trials.count, 8, "places of the grid")
    context.verdict.expectEqual(try windows(), before, "windows behind the search")
  }

  /// How many windows of memory this process has that its node's ranks share: Open MPI maps a file for each; a rank alone has
  /// memory of its own.
  static func windows() throws -> Int {
    // The system gives a page at a time, and a file without a size: it has to be read to its end.
    let maps = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps")).readToEnd() ?? Data()
    return String(decoding: maps, as: UTF8.self).split(separator: "\n").count { $0.contains("/osc_sm.") }
  }
}
