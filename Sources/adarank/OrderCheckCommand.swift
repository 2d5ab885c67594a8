import ArgumentParser
import Communication
import Foundation
import Merging
import Priors
import Reports

struct OrderCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says how much of a finished merge an order would have known.",
    discussion: """
      Of the components that the merge kept at last, how many stand among as many first ones; of those it pruned, how many \
      among as many last ones; beside the same for the order by singular value and by its share of the matrix's largest. \
      An order by chance knows as many as the row says. --beside another merge of the same models, with another seed for \
      instance, says how much of it is the models' doing at all.

        adarank order check merged --with order.safetensors
        adarank order check merged --with order.safetensors --beside merged-again
      """)

  @Argument(help: "A merged folder, or its components.safetensors.")
  var merged: String

  @Option(name: .customLong("with"), help: ArgumentHelp("What 'order train' has written.", valueName: "file"))
  var order: String

  @Option(help: ArgumentHelp("Another merge of the same models.", valueName: "folder"))
  var beside: String?

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func run() throws {
    guard World.launchedRank() == 0 else { return }
    let order = try ComponentOrder(path: order)
    let tables = try OrderCommand.tables([merged] + (beside.map { [$0] } ?? []))
    let (table, outcomes) = (tables[0], tables[0].outcomes())
    guard tables.allSatisfy({ $0.hasComponents(of: table) }) else {
      throw InputError(["\(beside!) is of other models than \(merged): it has other tasks or matrices"])
    }
    let kept = Double(outcomes.count { $0 }) / Double(max(1, outcomes.count))
    func quality(_ order: [Int]) -> OrderQuality { OrderQuality(order: order, outcomes: outcomes) }
    let rows: [(name: String, kept: Double, pruned: Double)] =
      [
        ("learnt order", order.order(table)),
        ("singular value", OrderQuality.order(by: table.singularValues)),
        ("relative singular value", OrderQuality.order(by: table.relativeSingularValues)),
      ].map { name, order in
        let quality = quality(order)
        return (name, quality.kept, quality.pruned)
      }
      + tables.dropFirst().map { other in
        let quality = OrderQuality(guess: other.outcomes(), outcomes: outcomes)
        return ("the other merge", quality.kept, quality.pruned)
      } + [("chance", kept, 1 - kept)]
    if json {
      let object = rows.map { Row(order: $0.name, kept: $0.kept, pruned: $0.pruned) }
      print(String(decoding: try JSONEncoder.report.encode(object), as: UTF8.self))
    } else {
      print(
        TextTable(
          header: ["order by", "of the kept, right %", "of the pruned, right %"],
          rows: rows.map { [$0.name, Numbers.percent($0.kept), Numbers.percent($0.pruned)] }
        ).text)
      print("\n\(outcomes.count) components, \(Numbers.percent(kept)) % of them kept")
    }
  }

  private struct Row: Codable {
    let order: String
    let kept: Double
    let pruned: Double
  }
}
