import ArgumentParser
import Communication
import Foundation
import Glibc
import Launch
import Merging
import Recipes
import Reports

struct RanksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ranks",
    abstract: "Predicts LoRA ranks for the base of a recipe, by how much noise in each module changes its features.",
    discussion: """
      Forward passes alone, over a few unlabelled inputs ('adapt') of each task; nothing is trained, and the fine-tuned \
      models are not read. Each linear layer of the encoder's blocks gets noise as strong as its own weights, several times, \
      and ranks are in proportion to the mean absolute change of the features. --output writes what PEFT's \
      LoraConfig(**json.load(f)) takes; as 'kept_ranks' of a recipe it says which matrices begin a merge with more \
      components.

        adarank ranks recipe.yaml --average 8 --output ranks.json
        mpirun -n 4 adarank ranks recipe.yaml --modules 'q_proj|v_proj'

      The result is the same for any number of ranks and threads. Source: Dong, arXiv:2408.09015.
      """)

  @Argument(help: "A YAML file that names the base, and tasks with unlabelled inputs.")
  var recipe: String

  @Option(help: ArgumentHelp("The mean rank of the modules.", valueName: "k"))
  var average = 8

  @Option(help: ArgumentHelp("How often each module is perturbed.", valueName: "n"))
  var trials = DisagreementSettings().trials

  @Option(help: ArgumentHelp("The most inputs of each task, evenly spread over all.", valueName: "n"))
  var inputs = DisagreementSettings().inputs

  @Option(
    help: ArgumentHelp(
      "A regular expression that matches somewhere in the names of the modules that get adapters; default: every linear "
        + "layer of the blocks.", valueName: "regex"))
  var modules: String?

  @Option(
    help: ArgumentHelp(
      "How shares become whole numbers: largest-remainder gives all ranks away, and at least 1; floor is as published.",
      valueName: "rounding"))
  var rounding = RankRounding.largestRemainder

  @Option(
    help: ArgumentHelp(
      "lora_alpha of a module of average rank; others have theirs in proportion. Default: twice the average.",
      valueName: "alpha"))
  var alpha: Int?

  @Option(help: ArgumentHelp("Of the noise; default: the recipe's.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Write the ranks as JSON for PEFT.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Write a plot of the ranks by block, SVG.", valueName: "file"))
  var plot: String?

  @Flag(help: "Replace these files where they exist.")
  var overwrite = false

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var options: RunOptions

  func validate() throws {
    let numbers = [("--average", average), ("--trials", trials), ("--inputs", inputs), ("--alpha", alpha ?? 1)]
    for (name, number) in numbers where !(1...Self.largest).contains(number) {
      throw ValidationError("\(name) must be from 1 to \(Self.largest).")
    }
    if let output, let plot, Self.standard(output) == Self.standard(plot) {
      throw ValidationError("--output and --plot must be two files.")
    }
  }

  private static let largest = 1_000_000

  private static func standard(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  func run() throws {
    ParallelRun.run(threads: options.threads, watchdog: options.watchdog) { job, pool in
      let recipe = try RecipeBroadcast.read(recipe, overrides: changes.overrides, job: job) { _ in try checkFiles() }
      var settings = DisagreementSettings()
      (settings.trials, settings.inputs, settings.pattern) = (trials, inputs, modules)
      settings.seed = seed ?? recipe.request.seed
      let terminal = Terminal(tasks: [], isQuiet: options.quiet || !job.isCoordinator)
      defer { terminal.clear() }
      let run = try DisagreementRun(recipe.request, settings, job: job, pool: pool) { terminal.show($0) }
      let disagreements = try run.run().map { $0.reduce(0, +) / Double(trials) }
      let ranks = rounding.ranks(disagreements, average: average, limits: run.modules.map(\.largestRank))
      let summary = RankSummary(
        rows: run.modules.indices.map {
          RankSummary.Row(module: run.modules[$0], disagreement: disagreements[$0], rank: ranks[$0])
        }, average: average)
      _ = try job.onCoordinator { try write(summary) }
      terminal.clear()
      guard job.isCoordinator else { return }
      let notes = """
        \(summary.budget)
        \(Numbers.counted(trials, "trial")) on \(Numbers.counted(run.inputs, "input")) of \
        \(Numbers.counted(run.tasks, "task")), seed \(settings.seed)
        """
      print(summary.table.text + (options.quiet ? "" : "\n\n" + notes))
    }
  }

  /// Whether the files can be written, before time is spent on them.
  private func checkFiles() throws {
    let findings = [output, plot].compactMap { $0 }.flatMap { OutputPath.findings($0, overwrite: overwrite) }
    guard findings.isEmpty else { throw InputError(findings) }
  }

  private func write(_ summary: RankSummary) throws {
    if let output {
      let ranks = summary.rows.map { (module: $0.module, rank: $0.rank) }
      let json = try LoRARanks(ranks, average: average, alpha: alpha ?? 2 * average).json
      try json.write(to: URL(fileURLWithPath: output), options: .atomic)
    }
    if let plot { try Data(summary.plot.document.utf8).write(to: URL(fileURLWithPath: plot), options: .atomic) }
  }
}

extension RankRounding: ExpressibleByArgument {}
