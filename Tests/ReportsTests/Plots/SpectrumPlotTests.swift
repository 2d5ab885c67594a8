import Testing

@testable import Reports

@Suite struct SpectrumPlotTests {
  @Test(arguments: [1, 2, 24, 768])
  func anySpectrumHasTwoAreas(count: Int) {
    let spectrum = ComponentMaps.Spectrum(
      kept: (0..<count).map { 0.5 / Double($0 + 1) }, pruned: [Double](repeating: 0.1, count: count))
    let text = SpectrumPlot(title: "fc1", spectrum: spectrum).drawing.inline
    #expect(XMLCheck.accepts(text))
    let areas = text.matches(of: /<polygon class='c(\d)' points='([^']*)'/)
    #expect(areas.map { String($0.output.1) } == ["1", "0"])
    // A corner on each side of every column, above and below.
    for area in areas {
      #expect(area.output.2.split(separator: " ").count == 4 * min(count, SpectrumPlot.mostColumns))
    }
  }

  @Test func areasAreAsHighAsTheirParts() throws {
    let spectrum = ComponentMaps.Spectrum(kept: [0.75, 0.2, 0], pruned: [0.25, 0.4, 0.3])
    let shapes = DrawnShapes(SpectrumPlot(title: "fc1", spectrum: spectrum).drawing)
    let axis = try #require(shapes.axis)
    // Two corners for each column, from left to right above and back below.
    let kept = try #require(shapes.areas(series: 0).first)
    #expect(axis.shows([0.75, 0.75, 0.2, 0.2, 0, 0] + [0, 0, 0, 0, 0, 0], at: kept))
    let pruned = try #require(shapes.areas(series: 1).first)
    #expect(axis.shows([1, 1, 0.6, 0.6, 0.3, 0.3] + [0, 0, 0.2, 0.2, 0.75, 0.75], at: pruned))
  }
}
