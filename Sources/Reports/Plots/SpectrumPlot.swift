import Foundation

/// Singular values over their index, each cut into the part that is kept and the part that is pruned.
struct SpectrumPlot: Sendable {
  let title: String
  let spectrum: ComponentMaps.Spectrum

  /// Columns that are drawn at most.
  static let mostColumns = 64

  var drawing: SVGDrawing {
    let (width, plotHeight) = (LinePlot.panelWidth, 130.0)
    let (left, right, bottom) = (46.0, width - 12, 44 + plotHeight)
    var drawing = SVGDrawing(
      width: width, height: bottom + 38, title: "\(title): singular values over their index, kept and pruned parts")
    let count = spectrum.kept.count
    let x = Axis([1, Double(max(2, count))], mostTicks: 5, endsAtTicks: false)
    let y = Axis([0, 1], mostTicks: 4)
    func height(_ value: Double) -> Double { bottom - y.share(value) * plotHeight }
    drawing.heading(title)
    drawing.text("σ relative to the largest", x: 2, y: 30, isMuted: true)
    drawing.text("index of the component", x: (left + right) / 2, y: bottom + 31, anchor: .middle, isMuted: true)
    for tick in y.ticks {
      drawing.rule(left, height(tick.value), right, height(tick.value))
      drawing.text(tick.label, x: left - 6, y: height(tick.value) + 4, anchor: .end, isMuted: true)
    }
    let bins = Downsampling.bins(of: count, most: Self.mostColumns)
    func place(_ index: Int) -> Double { left + Double(index) / Double(max(1, count)) * (right - left) }
    // The scale's first number is 1: indices begin there, and columns lie between them.
    for tick in [Axis.Tick(value: 1, label: "1")] + x.ticks.filter({ $0.value > 1.5 && $0.value <= Double(count) }) {
      let at = (place(Int(tick.value) - 1) + place(Int(tick.value))) / 2
      let half = SVGDrawing.width(of: tick.label, size: 11) / 2
      drawing.text(tick.label, x: min(at, width - half - 2), y: bottom + 16, anchor: .middle, isMuted: true)
    }
    func steps(_ heights: [Double]) -> [(x: Double, y: Double)] {
      zip(bins, heights).flatMap { bin, value in
        [(x: place(bin.lowerBound), y: height(value)), (x: place(bin.upperBound), y: height(value))]
      }
    }
    let kept = bins.map { Downsampling.mean(spectrum.kept[$0]) }
    let all = bins.enumerated().map { kept[$0] + Downsampling.mean(spectrum.pruned[$1]) }
    let floor = steps(bins.map { _ in 0 })
    drawing.area(steps(all) + steps(kept).reversed(), 1)
    drawing.area(steps(kept) + floor.reversed(), 0)
    return drawing
  }
}
