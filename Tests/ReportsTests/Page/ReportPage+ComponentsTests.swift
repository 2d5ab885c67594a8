import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct ReportPageComponentsTests {
  private let table = SampleRun(tasks: 3).table

  private func section(_ anchor: String) throws -> Substring {
    try #require(pageSection(anchor, of: ReportPage(SampleRun(tasks: 3).run()).html))
  }

  private func shapes(_ title: String, in section: Substring) throws -> DrawnShapes {
    DrawnShapes(try #require(pageDrawing(title, of: section)))
  }

  @Test func everyMapIsOfItsTask() throws {
    let kept = try section("kept")
    for (task, name) in table.tasks.enumerated() {
      let map = try #require(pageDrawing("\(name): kind of matrix by block", of: kept))
      for matrix in table.matrices {
        let marks = matrix.isKept[task]
        let share = String(format: "%.0f", 100 * (Double(marks.count { $0 }) / Double(marks.count)))
        let (kind, block) = (try #require(matrix.kind.split(separator: ".").last), try #require(matrix.block))
        #expect(map.contains("<title>\(kind), block \(block): \(share)</title>"), "\(name)")
      }
    }
  }

  @Test func everySpectrumIsOfItsKind() throws {
    let spectra = try section("spectra")
    let maps = ComponentMaps(table)
    for (kind, name) in zip(maps.kinds, maps.shortKinds) {
      let shapes = try shapes("\(name): singular values over their index, kept and pruned parts", in: spectra)
      let axis = try #require(shapes.axis)
      let area = try #require(shapes.areas(series: 0).first)
      let heights = maps.spectrum(kind: kind).kept.flatMap { [$0, $0] }
      #expect(axis.shows(heights, at: Array(area.prefix(heights.count))), "\(name)")
    }
  }

  @Test func cosinesAreOfPairsOfTasks() throws {
    let interference = try section("interference")
    let cosines = SampleRun(tasks: 3).interference.cosines
    for (row, name) in table.tasks.enumerated() {
      for (column, other) in table.tasks.enumerated() where column != row {
        let cosine = String(format: "%.2f", Double(cosines[row][column]))
        #expect(interference.contains("<title>\(name), task \(other): \(cosine)</title>"))
      }
    }
  }

  /// Measured from their mean, vectors of one length that have nothing in common are not at right angles.
  @Test func cosinesSayWhatTheyAreMeasuredFrom() throws {
    let sample = SampleRun(tasks: 3)
    func lead(_ start: Interference.Start) throws -> Substring {
      var report = sample.report
      report.interference = Interference(start: start, cosines: sample.interference.cosines)
      let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
      return try #require(pageSection("interference", of: ReportPage(run).html))
    }
    #expect(try lead(.base).contains("Near 0 tasks leave each other alone"))
    #expect(try lead(.mean).contains("measured from the mean of the models"))
    #expect(try lead(.mean).contains("tasks that leave each other alone have -0.50"))
  }

  @Test func aVectorOfNoughtsHasNoCosine() throws {
    let sample = SampleRun(tasks: 3)
    var report = sample.report
    report.interference = Interference(start: .base, cosines: [[1, 0, 0.5], [0, 0, 0], [0.5, 0, 1]])
    let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    let section = try #require(pageSection("interference", of: ReportPage(run).html))
    for (row, column, cosine) in [(1, 2, "–"), (2, 1, "–"), (1, 3, "0.50"), (3, 1, "0.50"), (3, 3, "–")] {
      #expect(section.contains("<title>task \(row), task task \(column): \(cosine)</title>"), "\(row), \(column)")
    }
  }

  /// A report may be of another version, or damaged.
  @Test func cosinesOfOtherTasksAreNotShown() {
    let sample = SampleRun(tasks: 3)
    for cosines in [[], [[1, 0], [0, 1]], [[1, 0, 0], [0, 1, 0], [0, 0]]] as [[[Float]]] {
      var report = sample.report
      report.interference = Interference(start: .base, cosines: cosines)
      let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
      #expect(pageSection("interference", of: ReportPage(run).html) == nil, "\(cosines)")
    }
  }

  @Test func everyCoefficientIsOfItsTaskAndKind() throws {
    let coefficients = try section("coefficients")
    for (task, name) in table.tasks.enumerated() {
      let shapes = try shapes("\(name): λ over block", in: coefficients)
      let axis = try #require(shapes.axis)
      for (series, kind) in ComponentMaps(table).kinds.enumerated() {
        let line = try #require(shapes.lines(series: series).first)
        let numbers = table.matrices.filter { $0.kind == kind }.map { Double($0.coefficients[task]) }
        #expect(axis.shows(numbers, at: line), "\(name), \(kind)")
      }
    }
  }
}
