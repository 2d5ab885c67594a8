import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct ReportPageResultsTests {
  @Test func agreementIsOfItsTaskAndStep() throws {
    let report = SampleRun(tasks: 3).report
    let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    let watch = try #require(pageSection("watch", of: ReportPage(run).html))
    let looks = try #require(report.watch)
    for look in looks {
      for (task, probe) in zip(report.tasks, look.probes) {
        let agreement = String(format: "%.0f", 100 * probe.agreement)
        #expect(watch.contains("<title>\(task.name), step \(look.step): \(agreement)</title>"))
      }
    }
  }
}
