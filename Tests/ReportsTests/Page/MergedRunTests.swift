import Checkpoints
import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct MergedRunTests {
  private let path = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-\(UUID().uuidString)").path

  /// Writes what a page is made of, reads it, and removes it again.
  private func reading(_ report: MergeReport?, components: ComponentTable? = nil) throws -> MergedRun {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    if let report { try report.json.write(to: URL(fileURLWithPath: path + "/report.json")) }
    if let components {
      try SafetensorsWriter.writeFile(
        "\(path)/\(ComponentTable.fileName)", tensors: components.namedTensors, metadata: components.metadata)
    }
    try Data(SampleRun.recipe.utf8).write(to: URL(fileURLWithPath: path + "/recipe.yaml"))
    return try MergedRun(path: path, name: "merged")
  }

  /// A page made of the files is the page that the merge wrote.
  @Test func filesGiveTheSamePage() throws {
    let run = SampleRun(tasks: 3).run()
    #expect(ReportPage(try reading(run.report, components: run.components)).html == ReportPage(run).html)
  }

  @Test func phasesAreThePartsOfItsTime() {
    let run = SampleRun(tasks: 2).run()
    let seconds = Dictionary(uniqueKeysWithValues: run.phases.map { ($0.name, $0.seconds) })
    #expect(seconds["reading"] == 2.5 && seconds["factoring"] == 12.25)
    // Saving the state took 3.5 of the 305 s of adapting.
    #expect(seconds["adapting"] == 301.5 && seconds["saving the state"] == 3.5)
    #expect(seconds["evaluating"] == 9 && seconds["writing"] == 1.75)
    #expect(SampleRun(tasks: 2).staticRun.phases.map(\.name).contains("merging"))
  }

  @Test func foldersThatAreNoMergesAreNamed() throws {
    #expect(throws: InputError(["\(path) is no merged folder: \(path)/report.json cannot be read"])) {
      try reading(nil)
    }
    let damaged = InputError(["\(path)/report.json is no report of a merge, or damaged"])
    var report = SampleRun(tasks: 2).report
    report.entropy[7] = [0.5]
    #expect(throws: damaged) { try reading(report) }
    report = SampleRun(tasks: 2).report
    report.seconds.total = 1e300
    #expect(throws: damaged) { try reading(report) }
    report = SampleRun(tasks: 2).report
    report.weightsSha256 = nil
    #expect(throws: damaged) { try reading(report) }
    let other = InputError(["\(path)/components.safetensors is of other tasks than \(path)/report.json"])
    #expect(throws: other) { try reading(SampleRun(tasks: 2).report, components: SampleRun(tasks: 3).table) }
  }
}
