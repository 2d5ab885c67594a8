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

  @Test(arguments: [Axis.Scale.linear, .fromZero])
  func cornersStandWhereTheirNumbersBelong(scale: Axis.Scale) throws {
    var line = LinePlot.Line(name: "x", points: [(1, 0.31), (2, -0.4), (4, 1.5), (8, 0.7)], style: .dotted)
    line.spread = [(0.2, 0.5), (-0.6, 0), (1.25, 1.6), (0.7, 0.75)]
    var plot = LinePlot(title: "t", xLabel: "x", yLabel: "y", lines: [line])
    plot.yScale = scale
    let shapes = DrawnShapes(plot.drawing)
    let axis = try #require(shapes.axis)
    let corners = try #require(shapes.lines(series: 0).first)
    #expect(axis.shows([0.31, -0.4, 1.5, 0.7], at: corners))
    // From left to right above, and back below.
    let area = try #require(shapes.areas(series: 0).first)
    #expect(axis.shows([0.5, 0, 1.6, 0.75] + [0.7, 1.25, -0.6, 0.2], at: area))
    try #require(corners.count == 4)
    // 1, 2, 4 and 8 are seven parts, whose ends are off by 0.05 at most.
    let part = (corners[3].x - corners[0].x) / 7
    #expect(abs(corners[1].x - corners[0].x - part) < 0.15 && abs(corners[2].x - corners[0].x - 3 * part) < 0.15)
  }
}
