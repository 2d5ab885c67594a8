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
    let rows = try results.map { argument -> (name: String, accuracies: [String: Double], average: Double) in
      // A path may hold an equals sign itself.
      let isPath = FileManager.default.fileExists(atPath: argument)
      let parts = isPath ? [argument] : argument.split(separator: "=", maxSplits: 1).map(String.init)
      let result = try ReportedAccuracies(path: parts.last ?? "")
      for task in result.tasks where known.insert(task.name).inserted { tasks.append(task.name) }
      let accuracies = result.tasks.compactMap { task in task.accuracy.map { (task.name, $0) } }
      let name = parts.count == 2 ? parts[0] : URL(fileURLWithPath: parts[0]).lastPathComponent
      guard let average = result.averageAccuracy else {
        throw InputError(["\(argument) has no accuracies: no labelled inputs were given"])
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
