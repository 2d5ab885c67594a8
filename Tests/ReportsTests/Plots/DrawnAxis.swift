/// The axis at the left of a drawing, by which heights are numbers again.
struct DrawnAxis {
  /// How far from the drawing's top its lowest number stands.
  private let bottom: Double
  private let lowest: Double
  /// What a number grows by from one unit of the drawing to the next.
  private let slope: Double

  /// - Parameter text: of one drawing.
  init?(_ text: Substring) {
    let pattern = /<line class='rule' x1='[^']*' y1='([^']*)'[^>]*>\s*<text [^>]*anchor='end'[^>]*>([^<]*)/
    let ticks = text.matches(of: pattern).compactMap { match -> (height: Double, number: Double)? in
      guard let height = Double(match.output.1), let number = Double(match.output.2) else { return nil }
      return (height, number)
    }
    guard let first = ticks.first, let last = ticks.last, first.height > last.height else { return nil }
    (bottom, lowest) = (first.height, first.number)
    slope = (last.number - first.number) / (first.height - last.height)
  }

  /// Whether corners stand where these numbers belong.
  ///
  /// Lengths are written in tenths: a corner and the lowest number are off by 0.05 at most, and the axis is too long or too
  /// short by 0.1.
  func shows(_ numbers: [Double], at corners: [DrawnShapes.Corner]) -> Bool {
    numbers.count == corners.count
      && zip(numbers, corners).allSatisfy { abs(lowest + (bottom - $1.y) * slope - $0) <= 0.2 * slope }
  }
}
