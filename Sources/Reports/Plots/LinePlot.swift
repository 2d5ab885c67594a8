import Foundation

/// A plot of a few lines.
package struct LinePlot: Sendable {
  package struct Line: Sendable {
    /// How a line is drawn.
    package enum Style: Sendable {
      /// Points that were measured.
      case dotted
      /// What was not measured.
      case dashed
      /// Many points.
      case plain
    }

    package let name: String
    package let points: [(x: Double, y: Double)]
    package let style: Style
    /// Which of the theme's colours it has; nil: that of its place among the lines.
    var series: Int?
    /// What lies between the least and the most, by point; empty: nothing is known.
    var spread: [(low: Double, high: Double)] = []

    package init(name: String, points: [(x: Double, y: Double)], style: Style) {
      self.name = name
      self.points = points
      self.style = style
    }
  }

  package let title: String
  package let xLabel: String
  package let yLabel: String
  package let lines: [Line]
  var xScale = Axis.Scale.linear
  var yScale = Axis.Scale.fromZero
  /// What the axes must have room for besides.
  var (xRoom, yRoom): ([Double], [Double]) = ([], [])
  var width = Self.panelWidth
  /// Of the plot itself.
  var plotHeight = 150.0
  var hasLegend = true

  /// The width of a plot among others.
  static let panelWidth = 360.0

  package init(title: String, xLabel: String, yLabel: String, lines: [Line]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.lines = lines
  }

  /// A large plot over logarithmic axes, each line in a colour of its own, as a file of its own.
  package var logarithmicDocument: String {
    var plot = self
    (plot.xScale, plot.yScale, plot.width, plot.plotHeight) = (.powersOfTwo, .powersOfTwo, 760, 380)
    return plot.drawing.document
  }

  /// A large plot as a file of its own, each line in a colour of its own.
  package var document: String {
    var plot = self
    (plot.width, plot.plotHeight) = (760, 380)
    return plot.drawing.document
  }

  var drawing: SVGDrawing {
    let (left, right, top, bottom) = (46.0, width - 12, 44.0, 44 + plotHeight)
    var drawing = SVGDrawing(width: width, height: bottom + 38, title: "\(title): \(yLabel) over \(xLabel)")
    let points = lines.flatMap(\.points)
    let x = Axis(points.map(\.x) + xRoom, xScale, mostTicks: 5, endsAtTicks: false)
    let y = Axis(points.map(\.y) + lines.flatMap(\.spread).flatMap { [$0.low, $0.high] } + yRoom, yScale, mostTicks: 4)
    func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
      (left + x.share(point.x) * (right - left), bottom - y.share(point.y) * (bottom - top))
    }
    drawing.heading(title)
    drawing.text(yLabel, x: 2, y: 30, isMuted: true)
    drawing.text(xLabel, x: (left + right) / 2, y: bottom + 31, anchor: .middle, isMuted: true)
    for tick in y.ticks {
      let at = place((x.bounds.lowerBound, tick.value)).y
      drawing.rule(left, at, right, at)
      drawing.text(tick.label, x: left - 6, y: at + 4, anchor: .end, isMuted: true)
    }
    for tick in x.ticks {
      let at = place((tick.value, y.bounds.lowerBound)).x
      drawing.rule(at, bottom, at, bottom + 4)
      // The last label stays inside the picture; a digit is at most so wide.
      let inside = min(at, width - 2 - 3.7 * Double(tick.label.count))
      drawing.text(tick.label, x: inside, y: bottom + 16, anchor: .middle, isMuted: true)
    }
    for (index, line) in lines.enumerated() where line.spread.count == line.points.count && line.points.count > 1 {
      let upper = zip(line.points, line.spread).map { place(($0.x, $1.high)) }
      let lower = zip(line.points, line.spread).map { place(($0.x, $1.low)) }
      drawing.area(upper + lower.reversed(), line.series ?? index, opacity: 0.2)
    }
    for (index, line) in lines.enumerated() {
      let series = line.series ?? index
      let places = line.points.map(place)
      drawing.line(places, series, isDashed: line.style == .dashed)
      if line.style == .dotted || places.count == 1 {
        for place in places { drawing.dot(x: place.x, y: place.y, radius: 2.6, series) }
      }
    }
    if hasLegend, lines.count > 1 {
      let entries = lines.enumerated().map { index, line in
        SVGDrawing.LegendEntry(
          name: line.name, paint: .series(line.series ?? index), isDashed: line.style == .dashed)
      }
      let height = drawing.legend(entries, x: left, y: bottom + 42)
      drawing.height += height + 4
    }
    return drawing
  }
}
