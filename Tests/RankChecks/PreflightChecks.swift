import Communication
import Merging

/// What ranks find out about each other before they compute.
enum PreflightChecks {
  /// Ranks of one version go on; a rank of another one is named.
  static func versions(_ context: CheckContext) throws {
    let verdict = context.verdict
    let job = try Job(world: context.world)
    try ProgramCheck.run(job, version: "1.0")
    guard job.size > 1 else { return }
    verdict.expectError(AgreedFailure.self, "versions") { failure in
      let text = failure.cause.map { "\($0)" } ?? ""
      return failure.isMistake && text.contains("rank \(job.size - 1) on \(World.hostName): 1.1") == job.isCoordinator
    } from: {
      try ProgramCheck.run(job, version: job.rank == job.size - 1 ? "1.1" : "1.0")
    }
  }
}
