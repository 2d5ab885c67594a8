import Testing

@testable import Reports

@Suite struct BarPlotTests {
  @Test func partsStandOneBehindTheOther() throws {
    let bars = [
      BarPlot.Bar(label: "rank 0", parts: [1, 0, 3], note: "4 s", mark: 1),
      BarPlot.Bar(label: "rank 1", parts: [2, 2, 0], note: "4 s"),
    ]
    let text = BarPlot(
      title: "t", xLabel: "seconds", parts: ["a", "b", "c"], bars: bars, markName: "waiting"
    ).drawing.inline
    #expect(XMLCheck.accepts(text))
    let pattern = /<rect class='c(\d)'[^>]* x='([\d.]+)' y='([\d.]+)' width='([\d.]+)'[^>]*><title>(rank \d)/
    let found = text.matches(of: pattern).map { ($0.output.1, Double($0.output.2)!, Double($0.output.4)!) }
    #expect(found.map(\.0) == ["0", "2", "0", "1"])
    // The second part begins where the first ends, but for a gap; a part three times as large is three times as long.
    #expect(abs(found[0].1 + found[0].2 + 0.8 - found[1].1) < 0.15)
    #expect(abs((found[1].2 + 0.8) / (found[0].2 + 0.8) - 3) < 0.05)
    #expect(text.contains("<title>rank 0, waiting: 1</title>"))
    #expect(text.contains(">waiting</text>"))
  }

  @Test func nothingAtAllIsNoBar() {
    let text = BarPlot(
      title: "t", xLabel: "s", parts: ["a"], bars: [BarPlot.Bar(label: "x", parts: [0], note: "0")]
    ).drawing.inline
    #expect(!text.contains("<rect"))
  }
}
