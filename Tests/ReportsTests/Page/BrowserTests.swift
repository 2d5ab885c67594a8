import Foundation
import Testing

@testable import Reports

/// Pages as a browser shows them, on a telephone and on a wide screen. Where `ADARANK_PAGES` names a folder, they are left
/// there for a person to look at.
@Suite(.enabled(if: Browser.path != nil, "there is no chromium on the PATH"))
struct BrowserTests {
  @Test func pagesFitTheirWindows() throws {
    var two = SampleRun(tasks: 2)
    two.tasks = ["a name that is longer than anybody would give to a task of theirs", "漢字漢字漢字漢字漢字漢字漢字漢字漢字"]
    var many = SampleRun(tasks: 20)
    (many.steps, many.ranks, many.blocks) = (10_000, 64, 24)
    let pages = [
      ReportPage(two.run()).html, ReportPage(SampleRun(tasks: 8).run()).html, ReportPage(many.run()).html,
      ReportPage(SampleRun(tasks: 3).staticRun).html,
      ComparisonPage([two.run(name: "two"), many.run(name: "many"), SampleRun(tasks: 3).staticRun]).html,
    ]
    if let folder = ProcessInfo.processInfo.environment["ADARANK_PAGES"] {
      for (index, page) in pages.enumerated() {
        try Data(page.utf8).write(to: URL(fileURLWithPath: "\(folder)/page\(index).html"))
      }
    }
    let widths = [400, 1_400]
    let verdicts = try Browser.verdicts(on: pages, widths: widths)
    #expect(verdicts.count == pages.count * widths.count)
    for verdict in verdicts {
      #expect(verdict.problems == [], "\(verdict.name) at \(verdict.width)")
      #expect(verdict.drawings > 0)
    }
    #expect(Set(verdicts.map(\.width)) == Set(widths))
  }
}
