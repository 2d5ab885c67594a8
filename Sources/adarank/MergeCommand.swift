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

        mpirun -n 2 adarank merge recipe.yaml merged/
        adarank merge recipe.yaml merged/ --set steps=1000 --set dtype=float16
        adarank merge --mergekit config.yaml merged/
      """)

  @Argument(help: "A YAML file that says what to merge and how.")
  var recipe: String

  @Argument(help: "The folder to make.")
  var out: String

  @Flag(help: "Replace OUT if it is a merged model.")
  var overwrite = false

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
      let recipe = try RecipeBroadcast.read(recipe, overrides: overrides, isMergekit: mergekit, job: job) { recipe in
        try OutputFolder.check(out, apartFrom: recipe.request.inputs)
        try OutputFolder.check(out, overwrite: overwrite)
      }
      let request = recipe.request
      let terminal = Terminal(tasks: request.models.map(\.task), isQuiet: options.quiet || !job.isCoordinator)
      let merge = try Merge(request, job: job, pool: pool, memory: memory.bytes) { terminal.show($0) }
      defer { terminal.clear() }
      if job.isCoordinator, !options.quiet { show(merge.report.notes, on: terminal) }
      try merge.run()
      let folder = try job.onCoordinator { try OutputFolder(at: out, overwrite: overwrite) }
      try merge.write(into: folder)
      _ = try job.onCoordinator {
        try MergedFolder(merge: merge, recipe: recipe).complete(folder!)
        try folder!.publish()
      }
      terminal.clear()
      if job.isCoordinator, !options.quiet { print(summary(merge.report)) }
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
