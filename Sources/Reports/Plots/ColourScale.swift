import Foundation

/// What numbers are shown as in a map: steps from a least to a largest one, or from negative to positive.
struct ColourScale: Sendable {
  let bounds: ClosedRange<Double>
  /// Whether nothing lies in the middle and has no colour.
  let isBalanced: Bool

  /// From a multiple of `unit` to another, around all values.
  init(around values: [Double], unit: Double, within limits: ClosedRange<Double>) {
    let values = values.filter(\.isFinite)
    let (least, most) = (values.min() ?? limits.lowerBound, values.max() ?? limits.upperBound)
    let lower = max(limits.lowerBound, (least / unit + 1e-9).rounded(.down) * unit)
    let upper = min(limits.upperBound, (most / unit - 1e-9).rounded(.up) * unit)
    bounds = lower < upper ? lower...upper : limits
    isBalanced = false
  }

  /// As far to both sides of nothing as the largest magnitude is.
  init(balancedAround values: [Double]) {
    let most = values.filter(\.isFinite).map(abs).max() ?? 1
    let end = most > 0 ? most : 1
    bounds = -end...end
    isBalanced = true
  }

  private var steps: Int { isBalanced ? Theme.balanceSteps : Theme.scaleSteps }

  private func paintOfStep(_ step: Int) -> SVGDrawing.Paint { isBalanced ? .balance(step) : .scale(step) }

  /// The colour of a value.
  func paint(_ value: Double) -> SVGDrawing.Paint {
    guard value.isFinite else { return .unknown }
    let share = (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    return paintOfStep(min(Int(min(max(share, 0), 1) * Double(steps)), steps - 1))
  }

  /// All colours, with what the ends stand for.
  func legend(_ title: String, format: (Double) -> String) -> SVGDrawing {
    var drawing = SVGDrawing(
      width: LinePlot.panelWidth, height: 46,
      title: "\(title): colours from \(format(bounds.lowerBound)) to \(format(bounds.upperBound))")
    drawing.text(title, x: 2, y: 12, isMuted: true)
    let (left, width) = (2.0, 200.0 / Double(steps))
    for step in 0..<steps {
      drawing.rectangle(x: left + Double(step) * width, y: 18, width: width, height: 12, paintOfStep(step))
    }
    drawing.text(format(bounds.lowerBound), x: left, y: 43, isMuted: true)
    if isBalanced { drawing.text(format(0), x: left + 100, y: 43, anchor: .middle, isMuted: true) }
    drawing.text(format(bounds.upperBound), x: left + 200, y: 43, anchor: .end, isMuted: true)
    return drawing
  }
}
