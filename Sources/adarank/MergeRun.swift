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
  let options: RunOptions
  /// What is to be otherwise than the recipe says.
  var change: (inout MergeRequest) -> Void = { _ in }

  /// Does not return.
  func run() throws {
    ParallelRun.run(threads: options.threads) { job, pool in
      var checkpoint: String?
      var isDone = false
      let recipe = try RecipeBroadcast.read(recipe, overrides: overrides, isMergekit: isMergekit, job: job) { recipe in
        try OutputFolder.check(out, apartFrom: recipe.request.inputs)
        checkpoint = resumes ? RunFolder.checkpoint(for: out) : nil
        isDone = resumes && !overwrite && MergedFolder.exists(at: out, of: recipe)
        if !isDone { try OutputFolder.check(out, overwrite: overwrite, resumes: resumes) }
      }
      if try job.world.sum([isDone ? 1 : 0])[0] > 0 { return try finish(job) }
      var request = recipe.request
      change(&request)
      if request.method.learns { StopSignal.install() }
      let keeper = try RunKeeper(
        job: job, settings: recipe.keeping, resuming: request.method.learns ? checkpoint : nil,
        isStopRequested: { StopSignal.isRequested })
      let terminal = Terminal(tasks: request.models.map(\.task), isQuiet: options.quiet || !job.isCoordinator)
      var steps: StepLog?
      let merge = try Merge(request, job: job, pool: pool, memory: memory, keeper: keeper) {
        if case .notice(let text) = $0, !options.quiet { show([text], on: terminal) }
        terminal.show($0)
        steps?.add($0)
      }
      defer { terminal.clear() }
      if job.isCoordinator, !options.quiet { show(merge.report.notes, on: terminal) }
      let run = try job.onCoordinator(checking: true) {
        try RunFolder(for: out, keepsCheckpoint: keeper.resumed != nil)
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
        try run!.remove()
      }
      terminal.clear()
      if job.isCoordinator, !options.quiet { print(summary(merge.report)) }
    }
  }

  /// There is nothing left to do: the output is there, and what a killed run left beside it goes.
  private func finish(_ job: Job) throws {
    _ = try job.onCoordinator {
      if RunFolder.exists(for: out) { try RunFolder(for: out, keepsCheckpoint: false).remove() }
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
