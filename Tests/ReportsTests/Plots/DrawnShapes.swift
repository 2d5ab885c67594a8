@testable import Reports

/// The shapes of a drawing, read back from its text.
struct DrawnShapes {
  struct Corner {
    let x: Double
    let y: Double
  }

  private let text: Substring

  init(_ drawing: SVGDrawing) { text = drawing.inline[...] }

  /// - Parameter text: of one drawing.
  init(_ text: Substring) { self.text = text }

  /// The axis at the left; nil where it has not two numbers.
  var axis: DrawnAxis? { DrawnAxis(text) }

  /// The lines of a series, corner by corner.
  func lines(series: Int) -> [[Corner]] { corners("polyline", series) }

  /// The areas of a series, corner by corner.
  func areas(series: Int) -> [[Corner]] { corners("polygon", series) }

  private func corners(_ element: String, _ series: Int) -> [[Corner]] {
    text.matches(of: /<(\w+) class='c(\d)' points='([^']*)'/)
      .filter { $0.output.1 == element && $0.output.2 == String(series) }
      .map { $0.output.3.split(separator: " ").map(Self.corner) }
  }

  private static func corner(_ text: Substring) -> Corner {
    let numbers = text.split(separator: ",").map { Double($0)! }
    return Corner(x: numbers[0], y: numbers[1])
  }

  /// The class that colours the rectangle with a tooltip; nil where there is none.
  func paint(of tooltip: String) -> String? {
    text.matches(of: /<rect class='(\w+)'[^>]*><title>([^<]*)<\/title>/)
      .first { $0.output.2 == tooltip }.map { String($0.output.1) }
  }
}
