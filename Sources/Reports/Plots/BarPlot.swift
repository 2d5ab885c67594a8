import Foundation

/// Horizontal bars, each of several parts one behind the other.
struct BarPlot: Sendable {
  struct Bar: Sendable {
    let label: String
    /// In the order of the plot's parts.
    let parts: [Double]
    /// What stands behind the bar.
    let note: String
    /// A part of the whole bar, wherever in it, shown as a line below.
    var mark: Double?
  }

  let title: String
  let xLabel: String
  /// Their names.
  let parts: [String]
  let bars: [Bar]
  /// What the lines below bars stand for.
  var markName: String?
  /// The colour of the first part.
  var firstSeries = 0
  var width = LinePlot.panelWidth

  var drawing: SVGDrawing {
    let labels = bars.map { SVGDrawing.width(of: $0.label, size: 10.5) }.max() ?? 0
    let notes = bars.map { SVGDrawing.width(of: $0.note, size: 10.5) }.max() ?? 0
    let left = min(labels + 8, 0.34 * width)
    let right = width - notes - 8
    let hasMarks = bars.contains { $0.mark != nil }
    let (top, rowHeight, thickness) = (26.0, hasMarks ? 24.0 : 19.0, 13.0)
    let bottom = top + Double(bars.count) * rowHeight
    var drawing = SVGDrawing(width: width, height: bottom + 38, title: "\(title): \(xLabel)")
    let axis = Axis(bars.map { $0.parts.reduce(0, +) }, .fromZero, mostTicks: 4, endsAtTicks: false)
    func x(_ value: Double) -> Double { left + min(max(axis.share(value), 0), 1) * (right - left) }
    drawing.heading(title)
    for tick in axis.ticks {
      drawing.rule(x(tick.value), top - 2, x(tick.value), bottom + 3)
      drawing.text(tick.label, x: x(tick.value), y: bottom + 15, anchor: .middle, size: 10, isMuted: true)
    }
    drawing.text(xLabel, x: (left + right) / 2, y: bottom + 30, anchor: .middle, isMuted: true)
    for (index, bar) in bars.enumerated() {
      let y = top + Double(index) * rowHeight
      drawing.text(
        SVGDrawing.fitted(bar.label, width: left - 6, size: 10.5), x: left - 5, y: y + 11, anchor: .end, size: 10.5)
      var sum = 0.0
      for (part, value) in bar.parts.enumerated() where value > 0 {
        let (from, to) = (x(sum), x(sum + value))
        sum += value
        // A part too thin to be seen leaves its place to its neighbours.
        guard to - from >= 0.3 else { continue }
        drawing.rectangle(
          x: from, y: y, width: max(0.3, to - from - (to - from > 3 ? 0.8 : 0)), height: thickness,
          .series(firstSeries + part), tooltip: "\(bar.label), \(parts[part]): \(String(format: "%.3g", value))")
      }
      if let mark = bar.mark, mark > 0 {
        drawing.rectangle(
          x: left, y: y + thickness + 1.5, width: max(0.5, x(mark) - left), height: 4, .ink,
          tooltip: "\(bar.label), \(markName ?? ""): \(String(format: "%.3g", mark))")
      }
      drawing.text(bar.note, x: x(sum) + 5, y: y + 11, size: 10.5)
    }
    var names = parts.enumerated().map { SVGDrawing.LegendEntry(name: $1, paint: .series(firstSeries + $0)) }
    if let markName, hasMarks { names.append(SVGDrawing.LegendEntry(name: markName, paint: .ink)) }
    if names.count > 1 {
      let height = drawing.legend(names, x: 2, y: bottom + 40)
      drawing.height += height + 4
    }
    return drawing
  }
}
