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
    for (row, name) in table.tasks.enumerated() {
      for (column, other) in table.tasks.enumerated() where column != row {
        let cosine = String(format: "%.2f", Double(table.cosines[row][column]))
        #expect(interference.contains("<title>\(name), task \(other): \(cosine)</title>"))
      }
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
