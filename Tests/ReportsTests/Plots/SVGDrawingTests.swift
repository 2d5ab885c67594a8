import Testing

@testable import Reports

@Suite struct SVGDrawingTests {
  @Test(arguments: [(0.0, "0"), (1.25, "1.3"), (-0.04, "0"), (-12.34, "-12.3"), (.nan, "0"), (1e300, "1000000")])
  func lengthsAreShort(value: Double, text: String) { #expect(SVGDrawing.n(value) == text) }

  @Test func saysWhatItShows() {
    var drawing = SVGDrawing(width: 100, height: 50, title: "a <b>")
    drawing.text("x & y", x: 1, y: 2)
    #expect(
      drawing.inline
        == "<svg viewBox='0 0 100 50' role='img'><title>a &lt;b&gt;</title><text x='1' y='2' font-size='11'>x &amp; y</text></svg>"
    )
    #expect(XMLCheck.accepts(drawing.document))
    #expect(drawing.document.hasPrefix("<svg xmlns='http://www.w3.org/2000/svg' width='100' height='50'"))
  }

  @Test func longTextIsCut() {
    #expect(SVGDrawing.fitted("short", width: 100, size: 10) == "short")
    let cut = SVGDrawing.fitted("a name that is much too long", width: 60, size: 10)
    #expect(cut.hasSuffix("…") && SVGDrawing.width(of: cut, size: 10) <= 60)
    // Characters that fill a square are as wide as they are high.
    #expect(SVGDrawing.width(of: "漢字", size: 10) == 20)
  }

  @Test func legendsBreakIntoRows() {
    var drawing = SVGDrawing(width: 100, height: 0, title: "t")
    let one = drawing.legend([.init(name: "a", paint: .series(0))], x: 0, y: 0)
    let many = drawing.legend((0..<6).map { .init(name: "name \($0)", paint: .series($0)) }, x: 0, y: 0)
    #expect(one == 17 && many == 6 * 17)
  }

  @Test func drawingsStandSideBySide() {
    let part = SVGDrawing(width: 40, height: 30, title: "p")
    var whole = SVGDrawing(width: 100, height: 0, title: "w")
    whole.place([part, part, part], columns: 2, y: 0, gap: 5)
    #expect(whole.height == 65)
    #expect(whole.inline.contains("<svg x='45' y='0'") && whole.inline.contains("<svg x='0' y='35'"))
  }
}
