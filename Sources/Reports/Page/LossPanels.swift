import Foundation
import Merging

/// The losses of a run as small plots: their mean over the tasks, and one for each task.
struct LossPanels {
  private let run: MergedRun
  private let width: Double

  /// Points of a line at most.
  static let mostPoints = 200

  /// Nil where nothing was learnt.
  init?(_ run: MergedRun, width: Double = LinePlot.panelWidth) {
    guard !run.report.entropy.isEmpty else { return nil }
    self.run = run
    self.width = width
  }

  var drawings: [SVGDrawing] {
    let tasks = run.report.tasks.enumerated().map { index, task in
      panel(task.name, run.report.entropy.map { $0[index] }, series: 0)
    }
    return tasks.count > 1 ? [panel("mean over the tasks", run.meanLosses, series: 1)] + tasks : tasks
  }

  private func panel(_ name: String, _ losses: [Double], series: Int) -> SVGDrawing {
    let (points, spread) = Downsampling.line(losses, most: Self.mostPoints)
    var line = LinePlot.Line(name: name, points: points, style: .plain)
    (line.spread, line.series) = (spread, series)
    var plot = LinePlot(
      title: name, xLabel: "step",
      yLabel: "loss in nats: \(Numbers.decimal(losses.first)) → \(Numbers.decimal(losses.last))", lines: [line])
    (plot.width, plot.plotHeight) = (width, 110)
    plot.xRoom = [1, Double(max(2, losses.count))]
    return plot.drawing
  }

  /// Whether points are means of several steps.
  var isDownsampled: Bool { run.report.entropy.count > Self.mostPoints }

  /// All of them in one picture.
  var picture: SVGDrawing {
    let drawings = drawings
    let columns = min(3, drawings.count)
    let gap = 14.0
    var picture = SVGDrawing(
      width: Double(columns) * width + Double(columns - 1) * gap, height: 0,
      title: "The loss of each task over the steps")
    picture.place(drawings, columns: columns, y: 0, gap: gap)
    return picture
  }
}

/// The picture of the losses that a model card shows.
package enum LossPicture {
  package static let fileName = "entropy.svg"

  /// An SVG file; nil where nothing was learnt.
  package static func document(_ report: MergeReport) -> String? {
    let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    return LossPanels(run, width: 260)?.picture.document
  }
}
