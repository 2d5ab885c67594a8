import ArgumentParser
import Communication
import Foundation
import Launch
import Merging
import Recipes
import Reports

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures a model's accuracy on every task of a recipe that has labelled inputs.",
    usage: """
      adarank evaluate <model> <recipe> [--json] [--threads <n>]
      adarank evaluate --each <recipe> [--json] [--threads <n>]
      """,
    discussion: """
      MODEL is any model folder of the recipe's architecture: the base, a fine-tuned model, a merged one. Heads are those \
      of MODEL/heads where there are any, else the recipe's.

        adarank evaluate merged recipe.yaml
        adarank evaluate --each recipe.yaml
      """)

  @Flag(help: "Measure each fine-tuned model of the recipe on its own task.")
  var each = false

  @Flag(help: "Print JSON.")
  var json = false

  @Argument(help: ArgumentHelp("A model folder (left out with --each), and a recipe.", valueName: "model> <recipe"))
  var paths: [String]

  @OptionGroup var options: RunOptions

  func validate() throws {
    if paths.count != (each ? 1 : 2) {
      throw ValidationError(each ? "Give a recipe, and no model, with --each." : "Give a model folder and a recipe.")
    }
  }

  func run() throws {
    ParallelRun.run(threads: options.threads, watchdog: options.watchdog) { job, pool in
      let recipe = try RecipeBroadcast.read(paths.last!, job: job)
      let evaluation = ModelEvaluation(recipe.request, job: job, pool: pool)
      let tasks = each ? try evaluation.evaluateEach() : try evaluation.evaluate(model: paths[0])
      guard job.isCoordinator else { return }
      let report = EvaluationReport(
        model: each ? nil : paths[0], tasks: tasks,
        averageAccuracy: tasks.map(\.accuracy).reduce(0, +) / Double(tasks.count))
      if json {
        print(String(decoding: try report.json, as: UTF8.self))
      } else {
        let scores = tasks.contains { $0.score != nil }
        let rows =
          tasks.map {
            [$0.name, "\($0.inputs)", Numbers.percent($0.accuracy)]
              + (scores ? [Numbers.score($0.score, $0.metric)] : [])
          } + [["average", "", Numbers.percent(report.averageAccuracy)] + (scores ? [""] : [])]
        print(TextTable(header: ["task", "test inputs", "accuracy %"] + (scores ? ["score"] : []), rows: rows).text)
      }
    }
  }
}

/// What `evaluate --json` prints.
struct EvaluationReport: Codable {
  var model: String?
  var tasks: [ModelEvaluation.TaskAccuracy]
  var averageAccuracy: Double

  var json: Data {
    get throws { try JSONEncoder.report.encode(self) }
  }
}
