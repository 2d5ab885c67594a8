import Foundation
import Merging

extension ReportPage {
  /// Which share of its components each matrix keeps, task by task.
  var keptMaps: HTMLPage.Section? {
    guard let maps, let table = run.components else { return nil }
    let shares = table.tasks.indices.map(maps.keptShares)
    let scale = ColourScale(around: shares.flatMap { $0.flatMap { $0.compactMap { $0 } } }, unit: 0.1, within: 0...1)
    let percent: @Sendable (Double) -> String = { String(format: "%.0f", 100 * $0) }
    let drawings = table.tasks.enumerated().map { task, name in
      HeatMap(
        title: name, rowLabel: "kind of matrix", columnLabel: "block", rows: maps.shortKinds, columns: maps.blockNames,
        values: shares[task], scale: scale, format: percent
      ).drawing
    }
    var lead = "The share of a matrix's singular components that are kept, in percent, by block and kind of matrix."
    if let components = report.components {
      lead +=
        " In all \(components.kept) of \(components.total); \(components.flipped) changed between kept and pruned since "
        + "the beginning."
    }
    return HTMLPage.Section(
      anchor: "kept", title: "Kept components", lead: lead,
      body: HTML.panels(drawings, key: scale.legend("components kept, %", format: percent)))
  }

  /// Singular values with what is kept of them.
  var spectra: HTMLPage.Section? {
    guard let maps else { return nil }
    var legend = SVGDrawing(width: LinePlot.panelWidth, height: 24, title: "Colours: kept, pruned")
    legend.legend(
      [.init(name: "kept", paint: .series(0)), .init(name: "pruned", paint: .series(1))], x: 2, y: 2)
    let drawings = zip(maps.kinds, maps.shortKinds).map { kind, name in
      SpectrumPlot(title: name, spectrum: maps.spectrum(kind: kind)).drawing
    }
    var lead =
      "Singular values relative to the largest one of their matrix, the mean over all blocks and tasks: at each index the "
      + "part of the components that are kept, and on it that of those that are pruned."
    if let energy = maps.keptEnergy { lead += " Kept components hold \(Numbers.percent(energy)) % of the sum of σ²." }
    return HTMLPage.Section(
      anchor: "spectra", title: "Spectra", lead: lead, body: HTML.panels(drawings, key: legend))
  }

  /// How much the tasks' vectors have in common.
  var interference: HTMLPage.Section? {
    let tasks = report.tasks.map(\.name)
    guard let interference = report.interference, tasks.count > 1, interference.isOf(tasks.count) else { return nil }
    let values = tasks.indices.map { row in
      tasks.indices.map { column -> Double? in
        // A vector that is nought has no direction.
        let isKnown = interference.cosines[row][row] != 0 && interference.cosines[column][column] != 0
        return row != column && isKnown ? Double(interference.cosines[row][column]) : nil
      }
    }
    let scale = ColourScale(balancedAround: values.flatMap { $0.compactMap { $0 } })
    let format: @Sendable (Double) -> String = { value in
      let text = String(format: "%.2f", value)
      return text == "-0.00" ? "0.00" : text
    }
    var map = HeatMap(
      title: "cosines between task vectors", rowLabel: "task", columnLabel: "task", rows: tasks,
      columns: tasks, values: values, scale: scale, format: format)
    let legend = scale.legend("cosine", format: format)
    map.rowHeight = 22
    let body: String
    if tasks.count > 9 {
      map.width = 860
      body =
        HTML.panels([], key: legend)
        + HTML.scrolling("<div class=\"large\">\(map.drawing.inline)</div>", label: "Cosines between task vectors")
    } else {
      body = HTML.panels([map.drawing], key: legend)
    }
    var lead =
      "The cosine of each pair of task vectors, over all matrices together that can be masked, or all tensors where none can. "
    if interference.start == .mean {
      // As many vectors of one length, each the opposite of the others' sum.
      let alone = -1 / Double(tasks.count - 1)
      lead +=
        "They are measured from the mean of the models, where they add up to nothing: tasks that leave each other alone "
        + "have \(format(alone)), those above it pull the same way, those below it against each other."
    } else {
      lead +=
        "Near 0 tasks leave each other alone; above it they pull the same way, below it against each other."
    }
    return HTMLPage.Section(
      anchor: "interference", title: "Interference between tasks", lead: lead, body: body)
  }

  /// λ over the blocks.
  var coefficients: HTMLPage.Section? {
    guard let table = run.coefficients else { return nil }
    let maps = ComponentMaps(table)
    let all = table.matrices.flatMap { $0.coefficients.map(Double.init) }
    guard maps.blocks.contains(where: { $0 != nil }), !all.isEmpty else { return nil }
    let names = maps.shortKinds
    var legend = SVGDrawing(width: LinePlot.panelWidth, height: 0, title: "Lines: " + names.joined(separator: ", "))
    let entries = names.enumerated().map {
      SVGDrawing.LegendEntry(name: $1, paint: .series($0), isDashed: $0 >= Theme.seriesCount)
    }
    legend.height = 4 + legend.legend(entries, x: 2, y: 2)
    let blocks = maps.blocks.compactMap { $0.map(Double.init) }
    let drawings = table.tasks.enumerated().map { task, name in
      var plot = LinePlot(
        title: name, xLabel: "block", yLabel: "λ",
        lines: maps.kinds.enumerated().map { index, kind in
          LinePlot.Line(
            name: names[index], points: maps.coefficients(kind: kind, task: task),
            style: index >= Theme.seriesCount ? .dashed : blocks.count <= 30 ? .dotted : .plain)
        })
      (plot.hasLegend, plot.plotHeight, plot.yScale) = (false, 120, .linear)
      (plot.xRoom, plot.yRoom) = (blocks, all)
      return plot.drawing
    }
    return HTMLPage.Section(
      anchor: "coefficients", title: "Merge coefficients",
      lead: "λ, the factor of a task's vector in each merged matrix, over the blocks; all plots have one scale.",
      body: HTML.panels(drawings, key: legend))
  }
}
