import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct ReportPageMachineTests {
  private func section(_ anchor: String, _ report: MergeReport) throws -> Substring {
    let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    return try #require(pageSection(anchor, of: ReportPage(run).html))
  }

  @Test func timeIsCutIntoTheRunsPhases() throws {
    let report = SampleRun(tasks: 2).report
    let time = try section("time", report)
    let seconds = report.seconds
    let saving = try #require(seconds.checkpoint)
    let phases = [
      ("reading", seconds.read), ("factoring", seconds.factor), ("adapting", seconds.adapt - saving),
      ("saving the state", saving), ("evaluating", seconds.evaluate), ("writing", seconds.gather),
    ]
    for (name, seconds) in phases {
      let text = String(format: "%.3g", seconds)
      #expect(time.contains("<title>run, \(name): \(text)</title>"))
    }
    for (rank, own) in report.perRank.enumerated() {
      let seconds = try #require(own.seconds?["factor"])
      let text = String(format: "%.3g", seconds)
      #expect(time.contains("<title>rank \(rank), factoring: \(text)</title>"))
    }
  }

  @Test func memoryIsEachRanks() throws {
    var report = SampleRun(tasks: 2).report
    report.perRank[0].peakPrivateBytes = 400_000_000
    report.perRank[1].peakPrivateBytes = 413_000_000
    let small = try section("memory", report)
    #expect(small.contains("<title>rank 0, private memory: 400</title>") && small.contains(">400.0 MB</text>"))
    #expect(small.contains("<title>rank 1, private memory: 413</title>") && small.contains(">413.0 MB</text>"))
    #expect(small.contains(">MB</text>"))
    // The unit is that of the largest rank.
    report.perRank[0].peakPrivateBytes = 2_500_000_000
    let large = try section("memory", report)
    #expect(large.contains("<title>rank 0, private memory: 2.5</title>") && large.contains(">2.5 GB</text>"))
    #expect(large.contains("<title>rank 1, private memory: 0.413</title>") && large.contains(">413.0 MB</text>"))
    #expect(large.contains(">GB</text>"))
  }
}
