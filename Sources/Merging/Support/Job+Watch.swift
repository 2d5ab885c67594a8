import Communication
import LinearAlgebra

extension Job {
  /// Runs `body` on a thread of its own, while this one, which owns MPI, keeps in touch with the other ranks: without it
  /// they would take a rank that reads or writes for minutes for one that has died.
  ///
  /// - Parameter body: must not communicate.
  package func keepingInTouch<R>(_ body: () throws -> R) throws -> R {
    guard world.activity.isWatched else { return try body() }
    return try withoutActuallyEscaping(body) { body in
      // This thread touches nothing of the other's until that has ended.
      nonisolated(unsafe) let body = body
      nonisolated(unsafe) var result: R?
      try WorkerPool(threads: 1).run(1, meanwhile: world.activity.poll) { _, _ in result = try body() }
      return result!
    }
  }

  /// Notes where in its work this rank is, for whoever must say so.
  func note(_ event: MergeEvent) {
    switch event {
    case .phase(let name): world.activity.begin(phase: name)
    case .step(let event): world.activity.finish(step: event.step)
    case .progress, .notice: break
    }
  }
}
