import Communication
import Merging

/// Failures that all ranks leave together.
enum AgreementChecks {
  private struct Failure: Error {}

  static func run(_ context: CheckContext) throws {
    let verdict = context.verdict
    let job = try Job(world: context.world)
    let result = try job.onCoordinator { 7 }
    verdict.expectEqual(result, job.isCoordinator ? 7 : nil, "rank 0's result")
    for isMistake in [false, true] {
      verdict.expectError(AgreedFailure.self, "onCoordinator") { failure in
        failure.isMistake == isMistake && (failure.cause is Failure) == job.isCoordinator
      } from: {
        _ = try job.onCoordinator(checking: isMistake) { throw Failure() }
      }
    }

    try job.agree(on: [])
    let last = job.size - 1
    verdict.expectError(AgreedFailure.self, "agree") { failure in
      failure.isMistake && (failure.cause as? InputError) == (job.isCoordinator ? InputError(["a\nb"]) : nil)
    } from: {
      try job.agree(on: job.rank == last ? ["a", "b"] : [])
    }
    verdict.expectError(AgreedFailure.self, "agree") { failure in
      let all = (0..<job.size).map { "rank \($0)" }
      return (failure.cause as? InputError)?.findings == (job.isCoordinator ? all : nil)
    } from: {
      try job.agree(on: ["rank \(job.rank)"])
    }
    verdict.expectError(AgreedFailure.self, "agree on one thing") { failure in
      (failure.cause as? InputError)?.findings == (job.isCoordinator ? ["same"] : nil)
    } from: {
      try job.agree(on: ["same"])
    }

    verdict.expectEqual(try job.opening { job.rank }, job.rank, "what each rank opened")
    var opened = 0
    verdict.expectError(AgreedFailure.self, "what nobody can open") { failure in
      failure.isMistake && (failure.cause is Failure) == job.isCoordinator
    } from: {
      try job.opening {
        opened += 1
        throw Failure()
      }
    }
    verdict.expectEqual(opened, job.isCoordinator ? 1 : 0, "how often it was tried")
    guard job.size > 1 else { return }
    verdict.expectError(AgreedFailure.self, "what rank 0 alone can open") { failure in
      let findings = (failure.cause as? InputError)?.findings
      let wanted = ["on \(World.hostName), but not on rank 0: file is not there"]
      return failure.isMistake && findings == (job.isCoordinator ? wanted : nil)
    } from: {
      try job.opening { if !job.isCoordinator { throw InputError(["file is not there"]) } }
    }
    // Everybody is still in step.
    verdict.expectEqual(try job.world.sum([1]), [job.size], "the sum afterwards")
  }
}
