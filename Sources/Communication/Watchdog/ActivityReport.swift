/// What a rank tells of itself in a heartbeat: a few words of fixed size, so that sending one allocates nothing.
struct ActivityReport: BitwiseCopyable, Equatable, Sendable {
  /// What the rank has got done since the start.
  let done: Int
  /// What its workers have spent.
  let effort: Effort
  /// Of `Awaited`; −1 where the rank waits for nothing.
  private let operation: Int
  private let count: Int
  private let step: Int
  /// UTF-8, zeros behind it.
  private let phase: SIMD32<UInt8>

  init(done: Int, effort: Effort, awaited: Awaited?, place: Place) {
    self.done = done
    self.effort = effort
    operation = awaited?.operation.rawValue ?? -1
    count = awaited?.count ?? 0
    step = place.step
    var phase = SIMD32<UInt8>()
    for (index, byte) in place.phase.utf8.prefix(phase.scalarCount).enumerated() { phase[index] = byte }
    self.phase = phase
  }

  /// Nil: the rank works.
  var awaited: Awaited? {
    Awaited.Operation(rawValue: operation).map { Awaited(operation: $0, count: count) }
  }

  var place: Place {
    let bytes = phase.indices.map { phase[$0] }
    return Place(phase: String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self), step: step)
  }
}
