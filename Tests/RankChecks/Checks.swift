import Communication
import Foundation
import LinearAlgebra
import Merging

/// What a check gets.
struct CheckContext {
  let world: Communicator
  let verdict: Verdict
  /// The folder of golden fixtures.
  let fixtures: String

  /// Workers on which results must not depend; most checks take one.
  func pool(threads: Int = 1) -> WorkerPool { WorkerPool(threads: threads) }

  /// Prints a line on rank 0, for the test that started the check.
  func say(_ line: String) {
    if world.rank == 0 { print(line) }
  }

  /// Calls `body` with the path of a folder that all ranks see, and removes it. Collective.
  func withScratchFolder<R>(_ body: (String) throws -> R) throws -> R {
    var path = ""
    if world.rank == 0 {
      let url = FileManager.default.temporaryDirectory.appendingPathComponent("rank-checks-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      path = url.path
    }
    path = try world.broadcast(path)
    let result = try body(path)
    try world.barrier()
    if world.rank == 0 { try FileManager.default.removeItem(atPath: path) }
    return result
  }
}

/// The checks by name: each is collective, and says in its context's verdict what this rank found.
typealias Check = (CheckContext) throws -> Void

/// Names and functions.
enum Checks {
  static var all: [String: Check] {
    [
      "messages": MessageChecks.run,
      "collectives": CollectiveChecks.run,
      "split": SplitChecks.run,
      "shared-memory": SharedMemoryChecks.run,
      "freed-memory": SharedMemoryChecks.free,
      "freed-phases": SharedMemoryChecks.freeOfPhases,
      "job": JobChecks.run,
      "heartbeat": HeartbeatChecks.goesOn,
      "idle": HeartbeatChecks.idle,
      "first-freezes": HeartbeatChecks.firstFreezes,
      "last-freezes": HeartbeatChecks.lastFreezes,
      "deadlock": HeartbeatChecks.deadlock,
      "versions": PreflightChecks.versions,
      "agreement": AgreementChecks.run,
      "interference": InterferenceChecks.run,
      "gather": GatherChecks.run,
      "failing": FailingCheck.run,
      "throwing": FailingCheck.throwOnLast,
      "endless": FailingCheck.endless,
      "kernel": KernelChecks.run,
      "components-exchange": AdaptationChecks.components,
      "first-steps-clip": { try AdaptationChecks.run($0, family: "clip", steps: 10) },
      "first-steps-openclip": { try AdaptationChecks.run($0, family: "openclip", steps: 10) },
      "first-steps-roberta": { try AdaptationChecks.run($0, family: "roberta", steps: 10) },
      "first-steps-bert": { try AdaptationChecks.run($0, family: "bert", steps: 10) },
      "first-steps-gpt2": { try AdaptationChecks.run($0, family: "gpt2", steps: 10) },
      "adaptation-roberta": { try AdaptationChecks.run($0, family: "roberta", steps: 120) },
      "adaptation-bert": { try AdaptationChecks.run($0, family: "bert", steps: 120) },
      "adaptation-gpt2": { try AdaptationChecks.run($0, family: "gpt2", steps: 120) },
      "adaptation-clip": { try AdaptationChecks.run($0, family: "clip", steps: 120) },
      "adaptation-openclip": { try AdaptationChecks.run($0, family: "openclip", steps: 120) },
      "shared-coefficients": LearnableChecks.sharedCoefficients,
      "joined-origins": LearnableChecks.joinedOrigins,
      "heads": LearnableChecks.heads,
      "trimming": LearnableChecks.trimming,
      "learned-state": LearnedStateChecks.run,
      "component-survey": ComponentChecks.run,
      "resume": ResumeChecks.run,
      "gradients": GradientChecks.run,
      "expert-labels": ExpertLabelChecks.run,
      "digests": DigestChecks.run,
      "disagreement": DisagreementChecks.run,
      "work-sharing": WorkSharingChecks.run,
      "drift": DriftChecks.run,
    ]
  }
}
