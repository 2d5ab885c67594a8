import Testing

@testable import Reports

@Suite struct HeatMapTests {
  private func map(_ columns: Int, value: Double? = 0.5) -> HeatMap {
    HeatMap(
      title: "t", rowLabel: "kind", columnLabel: "block", rows: ["q", "k"], columns: (0..<columns).map(String.init),
      values: [[Double?]](repeating: [Double?](repeating: value, count: columns), count: 2),
      scale: ColourScale(around: [0.4, 0.61], unit: 0.1, within: 0...1), format: { "\(Int(100 * $0))" })
  }

  @Test func numbersStandInCellsWhereTheyFit() {
    #expect(map(12).drawing.inline.components(separatedBy: ">50</text>").count == 25)
    #expect(!map(40).drawing.inline.contains(">50</text>"))
    // Whoever points at a cell reads its number all the same.
    #expect(map(40).drawing.inline.contains("<title>k, block 39: 50</title>"))
  }

  @Test func columnsAreNamedWhereThereIsRoom() {
    let wide = map(60).drawing.inline
    #expect(wide.contains(">0</text>") && !wide.contains(">1</text>"))
    #expect(map(12).drawing.inline.contains(">11</text>"))
  }

  @Test func whatIsNotKnownHasNoNumber() {
    #expect(map(3, value: nil).drawing.inline.contains("<rect class='unknown'"))
    #expect(map(3, value: nil).drawing.inline.contains("k, block 2: –"))
  }

  @Test func coloursAreThoseOfTheNumbers() {
    let map = HeatMap(
      title: "t", rowLabel: "kind", columnLabel: "block", rows: ["q", "k"], columns: ["0", "1", "2"],
      values: [[0.4, 0.7, nil], [0.56, 0.4, 0.7]],
      scale: ColourScale(around: [0.4, 0.7], unit: 0.1, within: 0...1), format: { "\($0)" })
    let shapes = DrawnShapes(map.drawing)
    #expect(shapes.paint(of: "q, block 0: 0.4") == "s0" && shapes.paint(of: "k, block 1: 0.4") == "s0")
    #expect(shapes.paint(of: "q, block 1: 0.7") == "s9" && shapes.paint(of: "k, block 2: 0.7") == "s9")
    // 0.56 is more than five of ten steps from 0.4 to 0.7.
    #expect(shapes.paint(of: "k, block 0: 0.56") == "s5" && shapes.paint(of: "q, block 2: –") == "unknown")
    // A number is read on its own cell.
    #expect(map.drawing.inline.contains(" class='on-s9'>0.7</text>"))
  }

  @Test func balancedColoursAreThoseOfTheNumbers() {
    let map = HeatMap(
      title: "t", rowLabel: "task", columnLabel: "task", rows: ["a"], columns: ["x", "y", "z"],
      values: [[-0.5, 0, 0.25]], scale: ColourScale(balancedAround: [-0.5, 0.25]), format: { "\($0)" })
    let shapes = DrawnShapes(map.drawing)
    #expect(shapes.paint(of: "a, task x: -0.5") == "b0" && shapes.paint(of: "a, task y: 0.0") == "b5")
    // 0.25 is 8¼ of eleven steps from -0.5 to 0.5.
    #expect(shapes.paint(of: "a, task z: 0.25") == "b8")
  }

  @Test func chosenCellsAreFramed() {
    var map = map(3)
    map.marked = [(0, 1)]
    #expect(map.drawing.inline.components(separatedBy: "class='mark'").count == 2)
    #expect(XMLCheck.accepts(map.drawing.inline))
  }
}

@Suite struct ColourScaleTests {
  @Test func reachesFromStepToStepAroundAllValues() {
    let scale = ColourScale(around: [0.42, 0.78], unit: 0.1, within: 0...1)
    #expect(abs(scale.bounds.lowerBound - 0.4) < 1e-9 && abs(scale.bounds.upperBound - 0.8) < 1e-9)
    #expect(scale.paint(0.4) == .scale(0) && scale.paint(0.8) == .scale(9) && scale.paint(.nan) == .unknown)
    #expect(scale.paint(1e300) == .scale(9) && scale.paint(-1e300) == .scale(0))
    #expect(ColourScale(around: [1, 1], unit: 0.1, within: 0...1).bounds == 0...1)
    #expect(ColourScale(around: [], unit: 0.1, within: 0...1).bounds == 0...1)
  }

  @Test func nothingIsInTheMiddle() {
    let scale = ColourScale(balancedAround: [-0.1, 0.25])
    #expect(scale.bounds == -0.25...0.25)
    #expect(scale.paint(0) == .balance(5) && scale.paint(0.25) == .balance(10) && scale.paint(-0.25) == .balance(0))
    #expect(ColourScale(balancedAround: [0, 0]).bounds == -1...1)
  }
}
