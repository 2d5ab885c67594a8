import Foundation
import Merging

/// The page that puts several merges side by side.
package struct ComparisonPage {
  let runs: [MergedRun]

  /// - Precondition: there is one at least.
  package init(_ runs: [MergedRun]) {
    precondition(!runs.isEmpty)
    self.runs = runs
  }

  package var html: String {
    let sections = [settings, results, losses, kept, time, memory]
    let names = runs.map(\.name).joined(separator: ", ")
    return HTMLPage(
      title: "\(runs.count) merges compared", overview: "Side by side: \(names).", facts: facts,
      sections: sections.compactMap { $0 }
    ).text
  }

  /// Whether means over the tasks can be compared.
  private var areOfTheSameTasks: Bool { Set(runs.map { $0.report.tasks.map(\.name) }).count == 1 }

  private var facts: [(name: String, value: String)] {
    let measured = runs.filter { $0.report.averageAccuracy != nil }
    guard areOfTheSameTasks, measured.count > 1,
      let best = measured.max(by: { $0.report.averageAccuracy! < $1.report.averageAccuracy! })
    else { return [] }
    return [("best average accuracy", "\(Numbers.percent(best.report.averageAccuracy)) %: \(best.name)")]
  }

  /// What the runs were told, where it differs.
  private var settings: HTMLPage.Section? {
    let recipes = runs.map { $0.recipe.map { RecipeSettings($0) } }
    var rows: [(name: String, values: [String?])] = []
    for key in Self.united(recipes.map { $0?.values.map(\.key) ?? [] }) {
      // A run without a recipe differs in nothing that is known.
      rows.append((key, recipes.map { recipe in recipe.map { $0[key] ?? "–" } }))
    }
    for task in Self.united(recipes.map { $0?.models.map(\.task) ?? [] }) {
      let models = recipes.map { $0?.model(of: task) }
      for key in Self.united(models.map { $0?.values.map(\.key) ?? [] }) {
        // One without the task differs in its tasks.
        rows.append(("\(key) of \(task)", models.map { model in model.map { $0[key] ?? "–" } }))
      }
    }
    func add(_ name: String, _ value: (MergeReport) -> String) { rows.append((name, runs.map { value($0.report) })) }
    add("tasks") { $0.tasks.map(\.name).joined(separator: ", ") }
    add("adarank") { $0.version }
    add("ranks") { "\($0.ranks)" }
    add("threads of each rank") { "\($0.threadsPerRank)" }
    add("nodes") { "\($0.nodes)" }
    add("BLAS kernel") { $0.blas }
    let differing = rows.filter { Set($0.values.compactMap { $0 }).count > 1 }
    let unknown = runs.filter { $0.recipe == nil }.map(\.name)
    guard !differing.isEmpty || !unknown.isEmpty else { return nil }
    let table = HTMLTable(
      header: ["setting"] + runs.map(\.name),
      rows: differing.map { row in ([row.name] + row.values.map { $0 ?? "–" }).map { .text($0) } })
    return HTMLPage.Section(
      anchor: "settings", title: "Settings that differ",
      lead: unknown.isEmpty
        ? "All others are the same."
        : "Others may differ too, for these runs have no recipe.yaml: \(unknown.joined(separator: ", ")).",
      body: differing.isEmpty ? "" : table.html(label: "Settings that differ"))
  }

  /// What is in any of some lists, once, in the order in which it first comes.
  private static func united(_ lists: [[String]]) -> [String] {
    var known: Set<String> = []
    return lists.flatMap { $0 }.filter { known.insert($0).inserted }
  }

  /// Tasks in rows, runs in columns.
  private var results: HTMLPage.Section? {
    var tasks: [String] = []
    for task in runs.flatMap(\.report.tasks) where !tasks.contains(task.name) { tasks.append(task.name) }
    /// A row of the runs' values of a quantity.
    func row(_ name: String, _ show: (Double?) -> String, _ value: (MergedRun) -> Double?) -> [HTMLTable.Cell] {
      [.text(name)] + runs.map { HTMLTable.Cell.number(show(value($0)), value: value($0)) }
    }
    func task(_ run: MergedRun, _ name: String) -> MergeReport.TaskReport? {
      run.report.tasks.first { $0.name == name }
    }
    var body = ""
    if runs.contains(where: { $0.report.averageAccuracy != nil }) {
      let rows = tasks.map { name in row(name, Numbers.percent) { task($0, name)?.accuracy } }
      let average = row("average", Numbers.percent) { $0.report.averageAccuracy }
      body += table("accuracy %", rows + [average], .more, summaries: 1)
    }
    for metric in Set(runs.flatMap { $0.report.tasks.compactMap(\.metric) }).sorted(by: { $0.rawValue < $1.rawValue }) {
      func score(_ run: MergedRun, _ name: String) -> Double? {
        task(run, name).flatMap { $0.metric == metric ? $0.score : nil }
      }
      let known = tasks.filter { name in runs.contains { score($0, name) != nil } }
      let rows = known.map { name in row(name, Numbers.decimal) { score($0, name) } }
      body += table(metric.rawValue, rows, .more)
    }
    if runs.contains(where: { !$0.report.entropy.isEmpty }) {
      let rows = tasks.map { name in row(name, Numbers.decimal) { task($0, name)?.entropyLast } }
      let mean = row("mean", Numbers.decimal) { $0.meanLosses.last }
      // Losses of different objectives are different things.
      let objectives = Set(runs.compactMap { $0.recipe.flatMap { RecipeSettings($0)["objective"] } })
      body += table("last loss", rows + [mean], objectives.count > 1 ? nil : .less, summaries: 1)
    }
    guard !body.isEmpty else { return nil }
    return HTMLPage.Section(
      anchor: "results", title: "Results by task", lead: "The best of a row is marked. Losses are in nats.", body: body)
  }

  private func table(
    _ name: String, _ rows: [[HTMLTable.Cell]], _ better: HTMLTable.Better?, summaries: Int = 0
  ) -> String {
    let best = better.map { better in
      rows.indices.dropLast(areOfTheSameTasks ? 0 : summaries).reduce(into: Set<[Int]>()) {
        $0.formUnion(HTMLTable.best(in: rows, row: $1, better))
      }
    }
    return HTMLTable(header: [name] + runs.map(\.name), rows: rows, best: best ?? [], summaries: summaries)
      .html(label: name)
  }

  /// The mean losses of all runs, one over the other.
  private var losses: HTMLPage.Section? {
    let lines = runs.enumerated().compactMap { index, run -> LinePlot.Line? in
      guard !run.report.entropy.isEmpty else { return nil }
      let points = Downsampling.line(run.meanLosses, most: LossPanels.mostPoints).points
      var line = LinePlot.Line(name: run.name, points: points, style: index < Theme.seriesCount ? .plain : .dashed)
      line.series = index
      return line
    }
    guard !lines.isEmpty else { return nil }
    var plot = LinePlot(title: "mean over the tasks", xLabel: "step", yLabel: "loss in nats", lines: lines)
    plot.plotHeight = 220
    plot.xRoom = [1]
    return HTMLPage.Section(
      anchor: "losses", title: "Loss over the steps", lead: "What was minimised, as the mean over the tasks.",
      body: HTML.panels([plot.drawing]))
  }

  /// The share of components that are kept.
  private var kept: HTMLPage.Section? {
    let learnt = runs.filter { $0.keptShare != nil }
    guard !learnt.isEmpty else { return nil }
    let plot = BarPlot(
      title: "components kept", xLabel: "%", parts: ["kept"],
      bars: learnt.map { run in
        BarPlot.Bar(label: run.name, parts: [100 * run.keptShare!], note: "\(Numbers.percent(run.keptShare)) %")
      })
    return HTMLPage.Section(
      anchor: "kept", title: "Kept components", lead: "", body: HTML.panels([plot.drawing]))
  }

  private var time: HTMLPage.Section? {
    // "adapting or merging", where some learn and some do not.
    let names = runs[0].phases.indices.map { part in
      Set(runs.map { $0.phases[part].name }).sorted().joined(separator: " or ")
    }
    let plot = BarPlot(
      title: "the whole run", xLabel: "seconds", parts: names,
      bars: runs.map { run in
        BarPlot.Bar(label: run.name, parts: run.phases.map(\.seconds), note: Numbers.duration(run.report.seconds.total))
      })
    return HTMLPage.Section(anchor: "time", title: "Time", lead: "", body: HTML.panels([plot.drawing]))
  }

  private var memory: HTMLPage.Section? {
    let measured = runs.filter { $0.mostMemory != nil }
    guard !measured.isEmpty else { return nil }
    let plot = BarPlot(
      title: "private memory of the largest rank", xLabel: "MB", parts: ["private memory"],
      bars: measured.map { run in
        BarPlot.Bar(
          label: run.name, parts: [Double(run.mostMemory!) / 1e6], note: Numbers.bytes(run.mostMemory!))
      }, firstSeries: 5)
    return HTMLPage.Section(anchor: "memory", title: "Memory", lead: "", body: HTML.panels([plot.drawing]))
  }
}
