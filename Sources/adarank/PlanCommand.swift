import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Recipes
import Reports

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Says what a merge would do: tensors, shards, memory, time; from headers alone.",
    discussion: """
      Nothing of the weights is read. Time is the operations of the slowest rank divided by the rate of products that this \
      machine has on one thread, times the threads; between nodes, messages at the rate of the recipe's 'network' are \
      added where computation does not hide them. Memory and disks are this machine's, taken for each node.

        adarank plan recipe.yaml --ranks 8
        adarank plan recipe.yaml --ranks 16 --nodes 4 --threads 8 --set network=25
      """)

  @Argument(help: "A YAML file that says what to merge and how.")
  var recipe: String

  @Option(help: ArgumentHelp("How many ranks the merge would have.", valueName: "n"))
  var ranks = 1

  @Option(help: ArgumentHelp("How many nodes the ranks would stand on.", valueName: "n"))
  var nodes = 1

  @Option(help: ArgumentHelp("Worker threads of each rank.", valueName: "n"))
  var threads = 1

  @OptionGroup var changes: RecipeChanges
  @OptionGroup var memory: MemoryOption

  @Option(help: "The folder that the merge would make: the room on its disk is looked at. Default: beside the recipe.")
  var out: String?

  @Flag(help: "Print JSON instead of tables.")
  var json = false

  func validate() throws {
    if ranks < 1 || threads < 1 || nodes < 1 {
      throw ValidationError("--ranks, --nodes and --threads must be at least 1.")
    }
    if nodes > ranks { throw ValidationError("--nodes must be at most --ranks: every node has a rank.") }
  }

  func run() throws {
    guard World.launchedRank() == 0 else { return }
    let collection: Collection
    do {
      collection = try Collection(
        opening: try Recipe.read(path: recipe, overrides: changes.overrides).request, threads: Processors.coreCount)
    } catch let error as RecipeError {
      throw InputError(["\(error)"])
    }
    var plan = MergePlan(
      collection, topology: Topology(ranks: ranks, nodes: nodes), threads: threads, memory: memory.bytes)
    Preflight(output: out ?? recipe).look(into: &plan, request: collection.request)
    guard json else {
      let rate = try ProductRate.measured(on: WorkerPool(threads: 1))
      return print(MergePlanText(plan, productRate: rate).text)
    }
    print(String(decoding: try JSONEncoder.report.encode(plan), as: UTF8.self))
  }
}
