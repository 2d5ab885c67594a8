import ArgumentParser
import Checkpoints
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Recipes
import Reports
import Transformers

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merges the models of a recipe and writes a model folder.",
    discussion: """
      OUT appears under its name only when it is whole: weights, configuration, each task's head, a model card, the recipe \
      as run, and a report. An OUT that exists is refused, unless --overwrite is given.

      Until then the merge works in OUT.unfinished. A method that learns saves its state there every 'checkpoint_every' steps \
      and every minute, and once more when SIGTERM, SIGINT or SIGUSR1 or the recipe's 'time_limit' ends it. The same command \
      with --resume goes on from there, on any number of ranks, to the same bytes; where there is nothing to go on from it \
      begins, and where OUT is there already from the same recipe it does nothing. So a batch system can start it again and \
      again.

        mpirun -n 2 adarank merge recipe.yaml merged/
        mpirun -n 4 adarank merge recipe.yaml merged/ --resume
        adarank merge recipe.yaml merged/ --set steps=1000 --set dtype=float16
        adarank merge --mergekit config.yaml merged/
      """)

  @Argument(help: "A YAML file that says what to merge and how.")
  var recipe: String

  @Argument(help: "The folder to make.")
  var out: String

  @Flag(help: "Replace OUT if it is a merged model.")
  var overwrite = false

  @Flag(help: "Go on with an unfinished run of OUT, if there is one.")
  var resume = false

  @Flag(help: "RECIPE is mergekit's: its keys, linear and task_arithmetic, with its arithmetic on all tensors.")
  var mergekit = false

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Take VALUE for a key of the recipe; may be given again.", valueName: "key=value"))
  var overrides: [String] = []

  @OptionGroup var memory: MemoryOption
  @OptionGroup var options: RunOptions

  func run() throws {
    ParallelRun.run(threads: options.threads) { job, pool in
      var checkpoint: String?
      var isDone = false
      let recipe = try RecipeBroadcast.read(recipe, overrides: overrides, isMergekit: mergekit, job: job) { recipe in
        try OutputFolder.check(out, apartFrom: recipe.request.inputs)
        checkpoint = resume ? RunFolder.checkpoint(for: out) : nil
        isDone = resume && !overwrite && MergedFolder.exists(at: out, of: recipe)
        if !isDone { try OutputFolder.check(out, overwrite: overwrite, resumes: resume) }
      }
      if try job.world.sum([isDone ? 1 : 0])[0] > 0 {
        return try finish(job)
      }
      let request = recipe.request
      if request.method.learns { StopSignal.install() }
      let keeper = try RunKeeper(
        job: job, settings: recipe.keeping, resuming: request.method.learns ? checkpoint : nil,
        isStopRequested: { StopSignal.isRequested })
      let terminal = Terminal(tasks: request.models.map(\.task), isQuiet: options.quiet || !job.isCoordinator)
      var steps: StepLog?
      let merge = try Merge(request, job: job, pool: pool, memory: memory.bytes, keeper: keeper) {
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
