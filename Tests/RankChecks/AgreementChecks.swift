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
    // Everybody is still in step.
    verdict.expectEqual(try job.world.sum([1]), [job.size], "the sum afterwards")
  }
}
