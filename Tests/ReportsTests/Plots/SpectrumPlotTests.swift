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
}
