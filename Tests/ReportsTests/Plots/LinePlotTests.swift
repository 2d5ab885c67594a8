import Foundation
import Testing

@testable import Reports

@Suite struct LinePlotTests {
  private let plot = LinePlot(
    title: "Steps & <ranks>", xLabel: "ranks", yLabel: "seconds",
    lines: [
      LinePlot.Line(name: "here", points: [(1, 8), (2, 4)], style: .dotted),
      LinePlot.Line(name: "there", points: [(1, 8), (64, 0.5)], style: .dashed),
    ])

  @Test func isXML() {
    #expect(XMLCheck.accepts(plot.logarithmicDocument))
    #expect(XMLCheck.accepts(plot.drawing.inline))
  }

  @Test func measuredPointsHaveDotsAndOthersDashes() {
    #expect(plot.logarithmicDocument.components(separatedBy: "<circle").count == 3)
    // The line, and its place in the legend.
    #expect(plot.logarithmicDocument.components(separatedBy: "stroke-dasharray").count == 3)
  }

  @Test func logarithmicAxesArePowersOfTwoAroundAllPoints() {
    let document = plot.logarithmicDocument
    for number in ["1", "2", "64", "1/2", "8"] { #expect(document.contains(">\(number)</text>")) }
    #expect(!document.contains(">128</text>"))
  }

  @Test func textIsEscaped() { #expect(plot.drawing.inline.contains("Steps &amp; &lt;ranks&gt;")) }

  @Test func everyLineHasItsOwnColourAndName() {
    for (name, colour) in [("here", "c0"), ("there", "c1")] {
      #expect(plot.drawing.inline.contains("<polyline class='\(colour)'"))
      #expect(plot.drawing.inline.contains(">\(name)</text>"))
    }
  }

  @Test func numbersThatAreNoneInterruptALine() {
    let line = LinePlot.Line(name: "x", points: [(1, 1), (2, .nan), (3, 1), (4, 2)], style: .plain)
    let drawing = LinePlot(title: "t", xLabel: "x", yLabel: "y", lines: [line]).drawing
    #expect(drawing.inline.components(separatedBy: "<polyline").count == 3)
    #expect(!drawing.inline.contains("nan"))
  }
}
