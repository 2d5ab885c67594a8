import Foundation
import Testing

@testable import Reports

@Suite struct LinePlotTests {
  private let plot = LinePlot(
    title: "Steps & <ranks>", xLabel: "ranks", yLabel: "seconds",
    lines: [
      LinePlot.Line(name: "here", points: [(1, 8), (2, 4)], isMeasured: true),
      LinePlot.Line(name: "there", points: [(1, 8), (64, 0.5)], isMeasured: false),
    ])

  @Test func isXML() {
    #expect(XMLCheck.accepts(plot.svg))
  }

  @Test func measuredPointsHaveDotsAndOthersDashes() {
    #expect(plot.svg.components(separatedBy: "<circle").count == 3)
    #expect(plot.svg.components(separatedBy: "stroke-dasharray").count == 3)
  }

  @Test func axesArePowersOfTwoAroundAllPoints() {
    for number in ["1", "2", "64", "1/2", "8"] { #expect(plot.svg.contains(">\(number)</text>")) }
    #expect(!plot.svg.contains(">128</text>"))
  }

  @Test func textIsEscaped() { #expect(plot.svg.contains("Steps &amp; &lt;ranks>")) }
}

/// Whether tags are balanced and nothing stands open: all that these tests need of XML.
private enum XMLCheck {
  static func accepts(_ text: String) -> Bool {
    var open: [Substring] = []
    for match in text.matches(of: /<(\/?)([a-z]+)([^<>]*?)(\/?)>/) {
      if match.output.1 == "/" {
        guard open.popLast() == match.output.2 else { return false }
      } else if match.output.4 != "/" {
        open.append(match.output.2)
      }
    }
    return open.isEmpty
  }
}
