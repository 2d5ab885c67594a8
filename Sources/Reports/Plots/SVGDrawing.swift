import Foundation

/// A picture put together from shapes, as SVG. Colours are those of `Theme`.
struct SVGDrawing: Sendable {
  let width: Double
  var height: Double
  /// What is seen, for those who do not see it.
  let title: String
  private var elements: [String] = []

  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  /// Adds a shape, on top of those before.
  mutating func append(_ element: String) { elements.append(element) }

  /// Other drawings side by side, in rows as high as their highest.
  mutating func place(_ drawings: [SVGDrawing], columns: Int, y top: Double, gap: Double) {
    var y = top
    for start in stride(from: 0, to: drawings.count, by: columns) {
      let row = drawings[start..<min(start + columns, drawings.count)]
      var x = 0.0
      for drawing in row {
        elements.append(
          "<svg x='\(Self.n(x))' y='\(Self.n(y))' width='\(Self.n(drawing.width))' height='\(Self.n(drawing.height))'>"
            + drawing.elements.joined(separator: "\n") + "</svg>")
        x += drawing.width + gap
      }
      y += (row.map(\.height).max() ?? 0) + gap
    }
    height = max(height, y - gap)
  }

  /// For a page that has the theme's rules.
  var inline: String { element(attributes: "", style: "") }

  /// For a file of its own.
  var document: String {
    let style =
      "<style>\(Theme.bothVariables)\n\(Theme.drawingRules)</style><rect width='100%' height='100%' fill='var(--page)'/>"
    let size = " xmlns='http://www.w3.org/2000/svg' width='\(Self.n(width))' height='\(Self.n(height))'"
    return element(attributes: size, style: style) + "\n"
  }

  private func element(attributes: String, style: String) -> String {
    "<svg\(attributes) viewBox='0 0 \(Self.n(width)) \(Self.n(height))' role='img'><title>\(HTML.escaped(title))</title>"
      + style + elements.joined(separator: "\n") + "</svg>"
  }

  /// A length with one decimal at most.
  static func n(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((10 * min(max(value, -1e6), 1e6)).rounded())
    guard tenths % 10 != 0 else { return "\(tenths / 10)" }
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
