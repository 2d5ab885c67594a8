import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Merging

/// A run that is stopped behind a step and goes on gives the bytes of one that is not.
enum ResumeChecks {
  static func run(_ context: CheckContext) throws {
    try components(context)
    try collapse(context)
  }

  /// In the components exchange the first node's ranks give the state, and all nodes take it up.
  private static func components(_ context: CheckContext) throws {
    let size = context.world.size
    for layout in [(0..<size).map { $0 * 2 / size }, (0..<size).map { $0 }, (0..<size).map { $0 % 2 }] {
      let job = try Job(world: context.world, nodeOfRank: layout)
      var request = FixtureMerge("adarank_ta_self_label", family: "gpt2", fixtures: context.fixtures, steps: 5).request
      request.learning!.exchange = .components
      request.learning!.learn.insert(.heads)
      let whole = try DigestChecks.merge(request, job: job, pool: context.pool(), context)
      for step in [2, 4] {
        try context.withScratchFolder { folder in
          try stop(request, behind: step, job, context, folder)
          let report = try goOn(request, job, context, folder)
          context.verdict.expectEqual(
            report.weightsSha256, whole.weightsSha256, "components on nodes \(layout), stopped behind step \(step)")
          context.verdict.expectEqual(report.entropy, whole.entropy, "their losses")
        }
      }
    }
  }

  /// A task collapses between the first look and the second: the merge is of the state behind the first, whenever the run
  /// was ended in between, and though it was killed before it had called that state good.
  private static func collapse(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    var request = FixtureMerge("adarank_ta", family: "clip", fixtures: context.fixtures, steps: 240).request
    request.learning!.learningRate = 0.005
    request.learning!.onCollapse = .stop
    let whole = try DigestChecks.merge(request, job: job, pool: context.pool(), context)
    context.verdict.expectEqual(whole.entropy.count, 100, "steps that are left of a run that goes back")
    context.verdict.expectEqual(whole.collapses?.map(\.step), [200], "where a task collapses")
    for (step, losesGood) in [(99, false), (100, false), (100, true), (150, false)] {
      try context.withScratchFolder { folder in
        try stop(request, behind: step, job, context, folder)
        if job.isCoordinator, losesGood {
          try FileManager.default.removeItem(atPath: "\(folder)/out.unfinished/good.safetensors")
        }
        let report = try goOn(request, job, context, folder)
        let what = "a collapse, stopped behind step \(step)\(losesGood ? " without a good state" : "")"
        context.verdict.expectEqual(report.weightsSha256, whole.weightsSha256, what)
        context.verdict.expectEqual(report.entropy.count, 100, what)
      }
    }
    // Resumed with another rule, a run that has collapsed goes back too.
    try context.withScratchFolder { folder in
      var going = request
      going.learning!.onCollapse = .goOn
      try stop(going, behind: 210, job, context, folder)
      let report = try goOn(request, job, context, folder)
      context.verdict.expectEqual(report.weightsSha256, whole.weightsSha256, "a collapse that was gone on from")
    }
  }

  /// The last step that was taken, on rank 0.
  private final class Watch: @unchecked Sendable {
    var step = 0
  }

  private static func stop(
    _ request: MergeRequest, behind step: Int, _ job: Job, _ context: CheckContext, _ folder: String
  ) throws {
    let watch = Watch()
    let keeper = try RunKeeper(
      job: job, settings: RunKeeper.Settings(), resuming: nil, isStopRequested: { watch.step == step - 1 })
    let merge = try Merge(request, job: job, pool: context.pool(), keeper: keeper) {
      if case .step(let event) = $0 { watch.step = event.step }
    }
    keeper.folder = try job.onCoordinator { try RunFolder(for: "\(folder)/out", keepsCheckpoint: false) }
    do {
      try merge.run()
      context.verdict.expect(false, "a run was not stopped")
    } catch let failure as AgreedFailure {
      guard let cause = failure.cause else { return }
      context.verdict.expectEqual(
        (cause as? RunStopped)?.step, step, "the step behind which a run was stopped: \(cause)")
    }
  }

  private static func goOn(
    _ request: MergeRequest, _ job: Job, _ context: CheckContext, _ folder: String
  ) throws -> MergeReport {
    let out = "\(folder)/out"
    let checkpoint = job.isCoordinator ? RunFolder.checkpoint(for: out) : nil
    let keeper = try RunKeeper(
      job: job, settings: RunKeeper.Settings(), resuming: checkpoint, isStopRequested: { false })
    let merge = try Merge(request, job: job, pool: context.pool(threads: 2), keeper: keeper) { _ in }
    let run = try job.onCoordinator { try RunFolder(for: out, keepsCheckpoint: true) }
    keeper.folder = run
    try merge.run()
    let output = try job.onCoordinator { try OutputFolder(at: out, overwrite: false, in: run) }
    try merge.write(into: output)
    return merge.report
  }
}
