import Checkpoints
import Communication
import Foundation
import Launch
import Merging
import Recipes
import Reports

/// A merge from its recipe to its folder, on all ranks.
struct MergeRun {
  /// The recipe's file.
  let recipe: String
  /// The folder to make.
  let out: String
  let overwrite: Bool
  /// Whether an unfinished run of the folder goes on.
  var resumes = false
  var isMergekit = false
  /// `KEY=VALUE` each.
  let overrides: [String]
  /// In bytes; nil: as the machine has it.
  let memory: Int?
  /// Whether to begin though disks or memory look too small.
  let ignoresSpace: Bool
  /// Whether standard error is told of the progress where it is no terminal.
  var logs = false
  let options: RunOptions
  /// Further overrides, which rank 0 makes of the recipe.
  var more: (Recipe) -> [String] = { _ in [] }
  /// What is to be otherwise than the recipe says; the same on every rank.
  var change: (inout MergeRequest) -> Void = { _ in }

  /// Does not return.
  func run() throws {
    ParallelRun.run(threads: options.threads, watchdog: options.watchdog) { job, pool in
      var checkpoint: String?
      var isDone = false
      let recipe = try RecipeBroadcast.read(
        recipe, overrides: overrides, more: more, isMergekit: isMergekit, job: job
      ) { recipe in
        try check(recipe)
        try OutputFolder.check(out, apartFrom: recipe.request.inputs)
        checkpoint = resumes ? RunFolder.checkpoint(for: out) : nil
        isDone = resumes && MergedFolder.exists(at: out, of: recipe, checkpoint: checkpoint, overwrite: overwrite)
        if !isDone { try OutputFolder.check(out, overwrite: overwrite, resumes: resumes) }
      }
      if try job.world.sum([isDone ? 1 : 0])[0] > 0 { return try finish(job) }
      var request = recipe.request
      change(&request)
      if request.method.learns { StopSignal.install() }
      let keeper = try RunKeeper(
        job: job, settings: recipe.keeping, resuming: checkpoint, isStopRequested: { StopSignal.isRequested })
      let terminal = Terminal(
        tasks: request.models.map(\.task), isQuiet: options.quiet || !job.isCoordinator, logs: logs)
      let preflight = Preflight(output: out, ignoresSpace: ignoresSpace)
      var steps: StepLog?
      let merge = try Merge(request, job: job, pool: pool, memory: memory, preflight: preflight, keeper: keeper) {
        if case .notice(let text) = $0, !options.quiet { show([text], on: terminal) }
        terminal.show($0)
        steps?.add($0)
      }
      defer { terminal.clear() }
      if job.isCoordinator, !options.quiet { show(merge.report.notes, on: terminal) }
      let run = try job.onCoordinator(checking: true) {
        let run = try RunFolder(
          for: out, keepsCheckpoint: keeper.resumed != nil, patience: resumes ? Self.patience : 0)
        try keeper.checkStill(run)
        return run
      }
      if let run, !run.isLocked, !options.quiet {
        show(["the disk of \(run.path) has no locks: no second merge of \(out) may run"], on: terminal)
      }
      defer { run?.removeUnlessKept() }
      keeper.folder = run
      steps = run.map { StepLog(path: $0.metrics, tasks: request.models.map(\.task), after: keeper.resumed?.step ?? 0) }
      try merge.run()
      let folder = try job.onCoordinator { try OutputFolder(at: out, overwrite: overwrite, in: run) }
      try merge.write(into: folder)
      _ = try job.onCoordinator {
        try MergedFolder(merge: merge, recipe: recipe).complete(folder!)
        try folder!.publish()
      }
      steps = nil
      // The output is whole: what stays beside it is no failure.
      do { try run?.remove() } catch { show(["\(error)"], on: terminal) }
      terminal.clear()
      if job.isCoordinator, !options.quiet { print(summary(merge.report)) }
    }
  }

  /// Seconds that a run which goes on waits for the one before to be gone: a host that was lost keeps a lock for a while.
  private static let patience = 120.0

  /// What the recipe's parts say together of how the run is kept.
  private func check(_ recipe: Recipe) throws {
    guard recipe.keeping.timeLimit != nil, recipe.keeping.stepsBetweenCheckpoints == 0 else { return }
    throw InputError(["time_limit stops a run to be resumed, but checkpoint_every is 0: nothing would be kept"])
  }

  /// There is nothing left to do: the output is there, and what a killed run left beside it goes.
  private func finish(_ job: Job) throws {
    _ = try job.onCoordinator {
      if RunFolder.exists(for: out) { try? RunFolder(for: out, keepsCheckpoint: false).remove() }
      if !options.quiet { print("\(out) is there already, merged by this recipe") }
    }
  }

  /// Says what to know before hours of learning begin.
  private func show(_ notes: [String], on terminal: Terminal) {
    guard !notes.isEmpty else { return }
    terminal.clear()
    print(notes.map { "note: \($0)" }.joined(separator: "\n"))
    // Under mpirun, standard output is a pipe.
    fflush(nil)
  }

  private func summary(_ report: MergeReport) -> String {
    let summary = MergeSummary(report)
    var parts = [summary.results.text, ""]
    if let search = summary.search { parts += [search.text, ""] }
    if let components = summary.components { parts.append(components) }
    parts.append(summary.time)
    if options.verbose { parts += ["", summary.ranks.text] }
    parts.append("\(out)  weights_sha256 \(report.weightsSha256 ?? "")")
    return parts.joined(separator: "\n")
  }
}
