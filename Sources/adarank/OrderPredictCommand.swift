import ArgumentParser
import Checkpoints
import Communication
import Foundation
import Launch
import Merging
import Priors
import Recipes
import Reports

struct OrderPredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Orders the components of a recipe by its weights alone, and writes masks to begin with.",
    discussion: """
      The task vectors are factored, as in a merge, or taken from the cache. Inputs are checked, as before the merge \
      itself, and have no part in the order. OUT can be the recipe's 'initial_state'.

        mpirun -n 2 adarank order predict recipe.yaml prior.safetensors --with order.safetensors
      """)

  @Argument(help: "A YAML file that says what to merge and how; its method is adarank.")
  var recipe: String

  @Argument(help: "The file to write, safetensors.")
  var out: String

  @Option(name: .customLong("with"), help: ArgumentHelp("What 'order train' has written.", valueName: "file"))
  var order: String

  @Flag(help: "Replace OUT if there is one.")
  var overwrite = false

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var memory: MemoryOption
  @OptionGroup var space: SpaceOption
  @OptionGroup var options: RunOptions

  func run() throws {
    ParallelRun.run(threads: options.threads, watchdog: options.watchdog) { job, pool in
      var order: ComponentOrder?
      let recipe = try RecipeBroadcast.read(recipe, overrides: changes.overrides, job: job) { recipe in
        guard recipe.request.method == .adarank else {
          throw InputError(["merge_method is \(recipe.request.method.rawValue): only adarank has masks"])
        }
        guard recipe.request.learning?.learn.contains(.masks) == true else {
          throw InputError(["'learn' has no masks: there is nothing to order components for"])
        }
        let findings = OutputPath.findings(out, overwrite: overwrite)
        guard findings.isEmpty else { throw InputError(findings) }
        order = try ComponentOrder(path: self.order)
      }
      var request = recipe.request
      request.search = nil
      let terminal = Terminal(tasks: request.models.map(\.task), isQuiet: options.quiet || !job.isCoordinator)
      let preflight = Preflight(output: out, ignoresSpace: space.ignoreSpace)
      let merge = try Merge(request, job: job, pool: pool, memory: memory.bytes, preflight: preflight) {
        terminal.show($0)
      }
      defer { terminal.clear() }
      let (state, table) = try merge.survey()
      _ = try job.onCoordinator {
        guard let table, let order else { return }
        let prior = state.with(maskLogits: order.maskLogits(table))
        try SafetensorsWriter.writeFile(out, tensors: prior.namedTensors, metadata: prior.metadata)
        terminal.clear()
        guard !options.quiet else { return }
        let count = table.outcomes().count
        print("\(out): \(prior.kept) of \(count) components kept; begin with it by initial_state")
      }
    }
  }
}
