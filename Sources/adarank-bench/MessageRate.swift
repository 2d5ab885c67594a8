import Communication
import LinearAlgebra

/// How fast messages go between rank 0 and another one.
struct MessageRate: Codable, Sendable {
  let peer: Int
  let isOnNode: Bool
  /// Of the smallest message, one way.
  let latencySeconds: Measurement
  /// Of a message of 64 MiB, one way.
  let bytesPerSecond: Measurement

  /// Measures each other rank in turn. Collective.
  static func measure(_ job: Job, repetitions: Int) throws -> [MessageRate] {
    try (1..<max(1, job.size)).map { peer in
      var latency = Measurement()
      var bandwidth = Measurement()
      for _ in 0..<repetitions {
        latency.values.append(try exchange(job, peer, count: 1, rounds: 200) / 2)
        bandwidth.values.append(4 * Double(1 << 24) / (try exchange(job, peer, count: 1 << 24, rounds: 4) / 2))
      }
      return MessageRate(
        peer: peer, isOnNode: job.topology.nodeOfRank[peer] == job.topology.nodeOfRank[0], latencySeconds: latency,
        bytesPerSecond: bandwidth)
    }
  }

  /// Seconds of one message there and one back.
  private static func exchange(_ job: Job, _ peer: Int, count: Int, rounds: Int) throws -> Double {
    try job.world.barrier()
    guard job.rank == 0 || job.rank == peer else { return 0 }
    let storage = FloatStorage(count: count)
    let buffer = UnsafeMutableBufferPointer(start: storage.base, count: count)
    let other = job.rank == 0 ? peer : 0
    let seconds = try Measurement.seconds {
      for _ in 0..<rounds {
        for sends in job.rank == 0 ? [true, false] : [false, true] {
          var request =
            sends
            ? try job.world.send(UnsafeBufferPointer(buffer), to: other, tag: 1)
            : try job.world.receive(into: buffer, from: other, tag: 1)
          while try !request.test() {}
        }
      }
    }
    return withExtendedLifetime(storage) { seconds / Double(rounds) }
  }
}
