import ArgumentParser
import Communication
import Foundation
import Merging
import Reports

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Puts the accuracies of several results side by side.",
    discussion: """
      Each result is a merged folder, its report.json, or what 'evaluate --json' printed, and gets a row; NAME= before it \
      gives the row a name.

        adarank compare base=base.json merged/ "AdaRank=other/report.json"
      """)

  @Flag(help: "Print a Markdown table.")
  var markdown = false

  @Argument(help: ArgumentHelp("Merged folders or JSON files.", valueName: "name=path"))
  var results: [String]

  func run() throws {
    // Ranks that were started together would all say the same.
    guard World.launchedRank() == 0 else { return }
    var tasks: [String] = []
    var known: Set<String> = []
    let paths = results.map(NamedPath.parse)
    let rows = try zip(RunNames.names(paths), paths).map {
      name, path -> (name: String, accuracies: [String: Double], average: Double) in
      let result = try ReportedAccuracies(path: path.path)
      for task in result.tasks where known.insert(task.name).inserted { tasks.append(task.name) }
      let accuracies = result.tasks.compactMap { task in task.accuracy.map { (task.name, $0) } }
      guard let average = result.averageAccuracy else {
        throw InputError(["\(path.path) has no accuracies: no labelled inputs were given"])
      }
      return (name, Dictionary(accuracies, uniquingKeysWith: { first, _ in first }), average)
    }
    let table = TextTable(
      header: ["accuracy %"] + tasks + ["average"],
      rows: rows.map { row in
        [row.name] + tasks.map { Numbers.percent(row.accuracies[$0]) } + [Numbers.percent(row.average)]
      })
    print(markdown ? table.markdown : table.text)
  }
}
