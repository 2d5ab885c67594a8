import Communication
import Foundation
import Glibc
import LinearAlgebra

/// Jobs that are watched: one that goes on, and some that stand still.
enum HeartbeatChecks {
  /// In seconds: long enough for processes that start while others compute.
  private static let limit = 3.0
  /// With which a job ends that has been found to stand still.
  static let code: Int32 = 7

  /// A slow rank that gets something done is waited for, longer than one may stand still; afterwards nothing is
  /// left of the watching.
  static func goesOn(_ context: CheckContext) throws {
    let (world, verdict) = (context.world, context.verdict)
    let isSlow = world.rank == world.size - 1
    for _ in 0..<2 {
      var found: [Standstill] = []
      let heartbeat = try Heartbeat(world: world, limit: limit) { found.append($0) }
      let pool = watchedPool(context)
      try pool.run(isSlow ? 5 : 1) { _, _ in if isSlow { usleep(900_000) } }
      try world.barrier()
      // One item that takes long, and computes.
      if isSlow { try pool.run(1) { _, _ in spin(seconds: 4) } }
      verdict.expectEqual(try world.sum([1]), [world.size], "a sum while somebody watches")
      try world.barrier()
      try heartbeat.stop()
      verdict.expectEqual(found, [], "what was found where nothing stands still")
      verdict.expect(!world.activity.isWatched, "the watching has ended")
    }
    verdict.expectEqual(try world.sum([1]), [world.size], "a sum afterwards")
  }

  /// The last rank sleeps, and the others wait for it.
  static func idle(_ context: CheckContext) throws {
    try watched(context) { pool in
      context.world.activity.begin(phase: "resting")
      if context.world.rank == context.world.size - 1 { try pool.run(1) { _, _ in sleep(60) } }
      try context.world.barrier()
    }
  }

  static func firstFreezes(_ context: CheckContext) throws { try freezes(context, rank: 0) }
  static func lastFreezes(_ context: CheckContext) throws { try freezes(context, rank: context.world.size - 1) }

  /// A process is stopped, and the others wait for it.
  private static func freezes(_ context: CheckContext, rank: Int) throws {
    try watched(context) { _ in
      // So that each has been heard of.
      for _ in 0..<150 {
        usleep(10_000)
        try context.world.barrier()
      }
      if context.world.rank == rank { kill(getpid(), SIGSTOP) }
      try context.world.barrier()
    }
  }

  /// Every rank waits for a message of the next one, none of which comes.
  static func deadlock(_ context: CheckContext) throws {
    try watched(context) { _ in
      let world = context.world
      var received = [0]
      try received.withUnsafeMutableBufferPointer { buffer in
        var request = try world.receive(into: buffer, from: (world.rank + 1) % world.size, tag: 1)
        try world.wait(&request)
      }
    }
  }

  /// Runs `body` on a job that ends with `code` and a message where it stands still.
  private static func watched(_ context: CheckContext, _ body: (WorkerPool) throws -> Void) throws {
    let world = context.world
    let heartbeat = try Heartbeat(world: world, limit: limit) { standstill in
      FileHandle.standardError.write(Data("rank \(world.rank) says: \(standstill)\n".utf8))
      world.abort(code: code)
    }
    try body(watchedPool(context))
    context.verdict.expect(false, "nobody noticed")
    try heartbeat.stop()
  }

  private static func watchedPool(_ context: CheckContext) -> WorkerPool {
    let pool = context.pool()
    pool.watch = { try context.world.activity.work(finished: $0) }
    return pool
  }

  private static func spin(seconds: Double) {
    let start = monotonicSeconds()
    while monotonicSeconds() - start < seconds {}
  }
}
