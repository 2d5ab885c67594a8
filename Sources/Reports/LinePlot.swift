import Foundation

/// A plot of a few lines over logarithmic axes, as SVG.
package struct LinePlot {
  package struct Line {
    package let name: String
    package let points: [(x: Double, y: Double)]
    /// Whether the points were measured; lines that were not are dashed.
    package let isMeasured: Bool

    package init(name: String, points: [(x: Double, y: Double)], isMeasured: Bool) {
      self.name = name
      self.points = points
      self.isMeasured = isMeasured
    }
  }

  package let title: String
  package let xLabel: String
  package let yLabel: String
  package let lines: [Line]

  package init(title: String, xLabel: String, yLabel: String, lines: [Line]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.lines = lines
  }

  private static let (width, height) = (760.0, 460.0)
  private static let (left, right, top, bottom) = (70.0, 220.0, 40.0, 50.0)
  private static let colours = ["#1f5fa8", "#c2452d", "#2f8f5b", "#8a5bb0", "#b8860b", "#444444"]

  /// The document.
  package var svg: String {
    let points = lines.flatMap(\.points).filter { $0.x > 0 && $0.y > 0 }
    let (xs, ys) = (Self.powers(points.map(\.x)), Self.powers(points.map(\.y)))
    func place(_ value: Double, _ powers: ClosedRange<Int>, _ from: Double, _ to: Double) -> Double {
      from + (log2(value) - Double(powers.lowerBound)) / Double(max(1, powers.count - 1)) * (to - from)
    }
    let x = { place($0, xs, Self.left, Self.width - Self.right) }
    let y = { place($0, ys, Self.height - Self.bottom, Self.top) }
    var parts = [
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 \(Int(Self.width)) \(Int(Self.height))' "
        + "font-family='sans-serif' font-size='12'>",
      "<rect width='100%' height='100%' fill='white'/>",
      Self.text(title, Self.left, 22, size: 15),
      Self.text(xLabel, (Self.left + Self.width - Self.right) / 2, Self.height - 12, anchor: "middle"),
      Self.text(yLabel, 16, Self.top - 10),
    ]
    for power in xs {
      let at = x(pow(2, Double(power)))
      parts.append(Self.rule(at, Self.top, at, Self.height - Self.bottom))
      parts.append(Self.text(Self.number(power), at, Self.height - Self.bottom + 18, anchor: "middle"))
    }
    for power in ys {
      let at = y(pow(2, Double(power)))
      parts.append(Self.rule(Self.left, at, Self.width - Self.right, at))
      parts.append(Self.text(Self.number(power), Self.left - 8, at + 4, anchor: "end"))
    }
    for (index, line) in lines.enumerated() {
      let colour = Self.colours[index % Self.colours.count]
      let places = line.points.map { (x($0.x), y($0.y)) }
      let path = places.map { String(format: "%.1f,%.1f", $0.0, $0.1) }.joined(separator: " ")
      let dashes = line.isMeasured ? "" : " stroke-dasharray='6 4'"
      parts.append("<polyline points='\(path)' fill='none' stroke='\(colour)' stroke-width='2'\(dashes)/>")
      if line.isMeasured {
        parts += places.map {
          String(format: "<circle cx='%.1f' cy='%.1f' r='4' fill='\(colour)'/>", $0.0, $0.1)
        }
      }
      let legend = Self.top + 20 * Double(index) + 10
      let start = Self.width - Self.right + 16
      parts.append(
        "<line x1='\(start)' y1='\(legend)' x2='\(start + 26)' y2='\(legend)' stroke='\(colour)' stroke-width='2'\(dashes)/>"
      )
      parts.append(Self.text(line.name, start + 32, legend + 4))
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// The powers of two around some values.
  private static func powers(_ values: [Double]) -> ClosedRange<Int> {
    guard let least = values.min(), let most = values.max() else { return 0...1 }
    let lower = Int(log2(least).rounded(.down))
    return lower...max(lower + 1, Int(log2(most).rounded(.up)))
  }

  private static func number(_ power: Int) -> String {
    power >= 0 ? "\(1 << power)" : "1/\(1 << -power)"
  }

  private static func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    String(format: "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#dddddd'/>", x1, y1, x2, y2)
  }

  private static func text(
    _ text: String, _ x: Double, _ y: Double, size: Int = 12, anchor: String = "start"
  ) -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return String(format: "<text x='%.1f' y='%.1f' font-size='\(size)' text-anchor='\(anchor)'>", x, y) + escaped
      + "</text>"
  }
}
