import Foundation
import Merging

extension ReportPage {
  /// The table of tasks.
  var results: HTMLPage.Section? {
    let learns = !report.entropy.isEmpty
    let measures = report.averageAccuracy != nil
    let scores = report.tasks.contains { $0.score != nil }
    typealias Column = (name: String, cell: (MergeReport.TaskReport) -> HTMLTable.Cell, better: HTMLTable.Better?)
    func count(_ value: Int?) -> HTMLTable.Cell {
      .number(value.map(String.init) ?? "–", value: value.map(Double.init))
    }
    var columns: [Column] = [("classes", { count($0.classes) }, nil)]
    if learns {
      columns += [
        ("inputs", { count($0.adaptInputs) }, nil),
        ("first loss", { .number(Numbers.decimal($0.entropyFirst), value: $0.entropyFirst) }, .less),
        ("last loss", { .number(Numbers.decimal($0.entropyLast), value: $0.entropyLast) }, .less),
      ]
    }
    if measures {
      columns += [
        ("test inputs", { count($0.evaluateInputs) }, nil),
        ("accuracy %", { .number(Numbers.percent($0.accuracy), value: $0.accuracy) }, .more),
      ]
    }
    if scores {
      // Different metrics' values say nothing about each other.
      let isOneMetric = Set(report.tasks.compactMap(\.metric)).count == 1
      columns.append(
        ("score", { .number(Numbers.score($0.score, $0.metric), value: $0.score) }, isOneMetric ? .more : nil))
    }
    var rows = report.tasks.map { task in [HTMLTable.Cell.text(task.name)] + columns.map { $0.cell(task) } }
    let best = columns.enumerated().reduce(into: Set<[Int]>()) { best, column in
      guard let better = column.element.better else { return }
      best.formUnion(HTMLTable.best(in: rows, column: column.offset + 1, better))
    }
    if let average = report.averageAccuracy {
      let cells = columns.map { column -> HTMLTable.Cell in
        column.name == "accuracy %" ? .number(Numbers.percent(average), value: average) : .text("")
      }
      rows.append([.text("average")] + cells)
    }
    var lead = best.isEmpty ? "" : "The best of a column is marked."
    if learns { lead += " Losses are in nats, the means of a step's inputs." }
    if measures { lead += " Labels were used for the accuracies only; they had no part in the merge." }
    let table = HTMLTable(
      header: ["task"] + columns.map(\.name), rows: rows, best: best, summaries: measures ? 1 : 0)
    return HTMLPage.Section(
      anchor: "results", title: "Results", lead: lead.trimmingCharacters(in: .whitespaces),
      body: table.html(label: "Results by task"))
  }

  /// Losses over the steps.
  var losses: HTMLPage.Section? {
    guard let panels = LossPanels(run) else { return nil }
    var lead = "What was minimised, on each step's unlabelled inputs. Each plot has its own scale, from nothing on."
    if panels.isDownsampled {
      lead += " Lines are means of neighbouring steps, shaded from the least to the most among them."
    }
    return HTMLPage.Section(
      anchor: "losses", title: "Loss over the steps", lead: lead, body: HTML.panels(panels.drawings))
  }

  /// What the guard against collapse has seen.
  var watch: HTMLPage.Section? {
    let collapses = report.collapses ?? []
    guard let looks = report.watch, !looks.isEmpty else { return nil }
    // The last look of each stretch of them.
    let shown = Downsampling.bins(of: looks.count, most: 24).map { $0.upperBound - 1 }
    let names = report.tasks.map(\.name)
    let values = names.indices.map { task in shown.map { Optional(looks[$0].probes[task].agreement) } }
    let scale = ColourScale(around: values.flatMap { $0.compactMap { $0 } }, unit: 0.1, within: 0...1)
    var map = HeatMap(
      title: "agreement with the fine-tuned models, %", rowLabel: "task", columnLabel: "step", rows: names,
      columns: shown.map { "\(looks[$0].step)" }, values: values, scale: scale,
      format: { String(format: "%.0f", 100 * $0) })
    map.marked = collapses.compactMap { collapse in
      guard let row = names.firstIndex(of: collapse.task),
        let column = shown.firstIndex(where: { looks[$0].step >= collapse.step })
      else { return nil }
      return (row, column)
    }
    let legend = scale.legend("share of inputs, %") { String(format: "%.0f", 100 * $0) }
    let sentences = collapses.map { "\($0.task) collapsed at step \($0.step): \($0.reason)." }
    return HTMLPage.Section(
      anchor: "watch", title: "Agreement between steps",
      lead:
        "The share of a fixed batch of each task's inputs that the merged model classifies as the task's fine-tuned model "
        + "does; no labels are needed." + (map.marked.isEmpty ? "" : " Framed: where a task had collapsed."),
      body: HTML.panels([map.drawing], key: legend) + (sentences.isEmpty ? "" : HTML.list(sentences)))
  }

  /// How the coefficient was chosen.
  var search: HTMLPage.Section? {
    guard let search = report.search, !search.trials.isEmpty else { return nil }
    func distinct(_ values: [Double]) -> [Double] { Set(values).sorted() }
    let coefficients = distinct(search.trials.map(\.mergeCoefficient))
    let fractions = distinct(search.trials.compactMap(\.keptFraction))
    let values: [[Double?]]
    let rows: [String]
    if fractions.isEmpty {
      func trial(_ coefficient: Double) -> MergeReport.Search.Trial? {
        search.trials.first { $0.mergeCoefficient == coefficient }
      }
      rows = ["mean"] + report.tasks.map(\.name)
      values =
        [coefficients.map { trial($0)?.mean }]
        + report.tasks.indices.map { task in coefficients.map { trial($0)?.agreement[task] } }
    } else {
      rows = fractions.map { String(format: "%g", $0) }
      values = fractions.map { fraction in
        coefficients.map { coefficient in
          search.trials.first { $0.keptFraction == fraction && $0.mergeCoefficient == coefficient }?.mean
        }
      }
    }
    let scale = ColourScale(around: values.flatMap { $0.compactMap { $0 } }, unit: 0.1, within: 0...1)
    var map = HeatMap(
      title: "agreement by coefficient, %", rowLabel: fractions.isEmpty ? "task" : "kept fraction",
      columnLabel: "merge_coefficient", rows: rows, columns: coefficients.map { String(format: "%g", $0) },
      values: values,
      scale: scale, format: { String(format: "%.1f", 100 * $0) })
    if let column = coefficients.firstIndex(of: search.mergeCoefficient) {
      map.marked = [(search.keptFraction.flatMap { fractions.firstIndex(of: $0) } ?? 0, column)]
    }
    let legend = scale.legend("share of inputs, %") { String(format: "%.0f", 100 * $0) }
    return HTMLPage.Section(
      anchor: "search", title: "How the coefficient was chosen",
      lead: "The share of unlabelled inputs that a merge with each coefficient classifies as the fine-tuned models do"
        + (fractions.isEmpty ? "" : ", by kept fraction (rows), as the mean over the tasks")
        + ". Framed: what was chosen, merge_coefficient \(String(format: "%g", search.mergeCoefficient))"
        + (search.keptFraction.map { ", kept fraction \(String(format: "%g", $0))" } ?? "") + ".",
      body: HTML.panels([map.drawing], key: legend))
  }
}
