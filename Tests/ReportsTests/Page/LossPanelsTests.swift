import Testing

@testable import Merging
@testable import Reports

@Suite struct LossPanelsTests {
  @Test(arguments: [1, 2, 300, 10_000])
  func anyNumberOfStepsIsAFewHundredPoints(steps: Int) throws {
    var sample = SampleRun(tasks: 2)
    sample.steps = steps
    let panels = try #require(LossPanels(sample.run()))
    #expect(panels.isDownsampled == (steps > 200))
    for drawing in panels.drawings {
      for line in drawing.inline.matches(of: /<polyline[^>]* points='([^']*)'/) {
        #expect(line.output.1.split(separator: " ").count == min(steps, 200))
      }
      #expect(drawing.inline.contains("<polygon") == (steps > 200))
    }
  }

  @Test func namesFirstAndLastLoss() throws {
    let run = SampleRun(tasks: 2).run()
    let drawings = try #require(LossPanels(run)).drawings
    #expect(drawings.count == 3)
    let task = run.report.tasks[1]
    #expect(
      drawings[2].inline.contains(
        "loss in nats: \(Numbers.decimal(task.entropyFirst)) → \(Numbers.decimal(task.entropyLast))<"))
  }

  @Test func linesAreTheReportsLosses() throws {
    var sample = SampleRun(tasks: 3)
    sample.steps = 5
    let losses = sample.report.entropy
    let drawings = try #require(LossPanels(sample.run())).drawings
    try #require(drawings.count == 4)
    func shows(_ numbers: [Double], _ drawing: SVGDrawing, series: Int) throws -> Bool {
      let shapes = DrawnShapes(drawing)
      let axis = try #require(shapes.axis)
      return axis.shows(numbers, at: try #require(shapes.lines(series: series).first))
    }
    #expect(try shows(losses.map { ($0[0] + $0[1] + $0[2]) / 3 }, drawings[0], series: 1))
    for task in 0..<3 {
      #expect(try shows(losses.map { $0[task] }, drawings[task + 1], series: 0), "task \(task)")
    }
  }

  @Test(arguments: [1, 2, 8, 20])
  func thePictureHoldsAllOfThem(tasks: Int) throws {
    let document = try #require(LossPicture.document(SampleRun(tasks: tasks).report))
    #expect(XMLCheck.accepts(document))
    #expect(document.matches(of: /<svg x=/).count == (tasks > 1 ? tasks + 1 : 1))
    #expect(LossPicture.document(SampleRun(tasks: tasks).staticRun.report) == nil)
  }
}
