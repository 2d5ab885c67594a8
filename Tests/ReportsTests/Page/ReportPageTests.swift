import Foundation
import Testing

@testable import Merging
@testable import Reports

@Suite struct ReportPageTests {

  private func sections(of html: String) -> [String] {
    html.matches(of: /<section id="([a-z]+)">/).map { String($0.output.1) }
  }

  @Test(arguments: [2, 8, 20])
  func showsEverythingThatIsKnown(tasks: Int) {
    let html = ReportPage(SampleRun(tasks: tasks).run()).html
    #expect(XMLCheck.accepts(html))
    #expect(
      sections(of: html) == [
        "results", "losses", "watch", "kept", "spectra", "interference", "coefficients", "time", "memory", "notes",
        "provenance",
      ])
    func drawings(_ anchor: String) -> Int {
      pageSection(anchor, of: html)!.matches(of: /<svg viewBox='0 0 [\d.]+ [\d.]+' role='img'><title>[^<]+<\/title>/)
        .count
    }
    // One for each task, and the mean or the colours' key.
    #expect(drawings("losses") == tasks + 1)
    #expect(drawings("kept") == tasks + 1 && drawings("coefficients") == tasks + 1)
    #expect(drawings("spectra") == 6 + 1)
    #expect(drawings("interference") == 2 && drawings("watch") == 2)
    #expect(drawings("time") == 3 && drawings("memory") == 1)
    #expect(html.utf8.count < 1_200_000)
  }

  /// No reader's browser asks anybody for anything.
  @Test func loadsNothing() {
    let html = ReportPage(SampleRun(tasks: 8).run()).html
    for word in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "javascript:", "onload"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\""))
    #expect(html.contains("@media print{"))
    #expect(html.contains("prefers-color-scheme:dark"))
  }

  @Test(arguments: [2, 20])
  func numbersAreTheReports(tasks: Int) throws {
    let run = SampleRun(tasks: tasks).run()
    let results = try #require(pageSection("results", of: ReportPage(run).html))
    let rows = results.matches(of: /<tr[^>]*><th scope="row">(.*?)<\/th>(.*?)<\/tr>/)
    #expect(rows.map { String($0.output.1) } == run.report.tasks.map(\.name) + ["average"])
    for (row, task) in zip(rows, run.report.tasks) {
      let values = row.output.2.matches(of: /<data value="([^"]*)">/).map { Double($0.output.1) }
      #expect(
        values == [
          Double(task.classes!), Double(task.adaptInputs!), task.entropyFirst, task.entropyLast,
          Double(task.evaluateInputs!), task.accuracy,
        ])
    }
    let average = rows.last!.output.2.matches(of: /<data value="([^"]*)">/).map { Double($0.output.1) }
    #expect(average == [run.report.averageAccuracy])
    let best = results.matches(of: /<strong><data value="([^"]*)">/).map { Double($0.output.1)! }
    #expect(best.contains(run.report.tasks.compactMap(\.accuracy).max()!))
    #expect(best.contains(run.report.tasks.compactMap(\.entropyLast).min()!))
    #expect(!best.contains(run.report.tasks.compactMap(\.entropyLast).max()!))
  }

  @Test func sectionsWithoutDataAreLeftOut() {
    let html = ReportPage(SampleRun(tasks: 3).staticRun).html
    #expect(XMLCheck.accepts(html))
    #expect(sections(of: html) == ["results", "interference", "time", "memory", "provenance"])
    #expect(!pageSection("results", of: html)!.contains("loss"))
    #expect(html.contains("merged with task_arithmetic"))
    // A report that says next to nothing still has its page.
    var bare = SampleRun(tasks: 1).staticRun.report
    (bare.averageAccuracy, bare.perRank, bare.files, bare.inputs) = (nil, [], nil, nil)
    bare.tasks = [MergeReport.TaskReport(name: "one")]
    let page = ReportPage(MergedRun(name: "", report: bare, components: nil, recipe: nil)).html
    #expect(XMLCheck.accepts(page) && sections(of: page) == ["results", "time"])
  }

  @Test func showsTheSearch() {
    var run = SampleRun(tasks: 2).run()
    func trial(_ coefficient: Double, _ fraction: Double?, _ agreement: [Double]) -> MergeReport.Search.Trial {
      MergeReport.Search.Trial(mergeCoefficient: coefficient, keptFraction: fraction, agreement: agreement)
    }
    var report = run.report
    report.search = MergeReport.Search(
      mergeCoefficient: 0.2, keptFraction: nil,
      trials: [trial(0.1, nil, [0.5, 0.6]), trial(0.2, nil, [0.9, 0.8]), trial(0.4, nil, [0.3, 0.2])])
    run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    let line = pageSection("search", of: ReportPage(run).html)
    #expect(line?.contains("<title>mean, merge_coefficient 0.2: 85.0</title>") == true)
    #expect(line?.contains("<title>task 2, merge_coefficient 0.4: 20.0</title>") == true)
    #expect(line?.matches(of: /class='mark'/).count == 1)

    report.search = MergeReport.Search(
      mergeCoefficient: 2, keptFraction: 0.16,
      trials: [trial(1, 0.08, [0.5, 0.5]), trial(2, 0.16, [0.7, 0.9]), trial(1, 0.16, [0.1, 0.1])])
    run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    let grid = pageSection("search", of: ReportPage(run).html)
    #expect(grid?.contains("<title>0.16, merge_coefficient 2: 80.0</title>") == true)
    #expect(grid?.contains("<title>0.08, merge_coefficient 2: –</title>") == true)
  }

  @Test func saysWhoWaitedForWhom() {
    var sample = SampleRun(tasks: 2)
    sample.ranks = 3
    var report = sample.report
    for (rank, seconds) in [0.01, 0.4, 0.2].enumerated() { report.perRank[rank].stepSeconds!["waiting"] = seconds }
    let run = MergedRun(name: "", report: report, components: nil, recipe: nil)
    let time = pageSection("time", of: ReportPage(run).html)
    #expect(time?.contains("rank 1 waited longest, 0.4 s, and rank 0 least, 0.01 s: the others waited for it.") == true)
    #expect(time?.contains("<title>rank 1, of it waiting for others: 0.4</title>") == true)
    #expect(time?.contains("<title>rank 2, backward: 0.45</title>") == true)
  }

  @Test func manyRanksAreShownInPart() {
    var sample = SampleRun(tasks: 2)
    sample.ranks = 200
    let html = ReportPage(sample.run()).html
    #expect(pageSection("memory", of: html)?.contains("32 of 200 ranks are shown.") == true)
    #expect(pageSection("memory", of: html)?.matches(of: /<rect [a-z]/).count == 32)
    // All are in the table.
    #expect(pageSection("time", of: html)?.contains("<th scope=\"row\">199</th>") == true)
  }

  @Test func whatAPersonWroteIsText() {
    var sample = SampleRun(tasks: 2)
    let hostile = "</title></svg><script>alert('&\u{0}\"')</script>"
    sample.tasks = [hostile, "b"]
    var report = sample.report
    report.notes = [hostile]
    report.inputs = [InputFile(of: hostile, path: hostile, bytes: 1, sha256: hostile)]
    report.files = [hostile: hostile]
    (report.mergeMethod, report.blas, report.weightsSha256) = (hostile, hostile, hostile)
    report.collapses = [GuardRecord.Collapse(task: hostile, step: 0, reason: hostile)]
    for html in [
      ReportPage(MergedRun(name: hostile, report: report, components: sample.table, recipe: hostile)).html,
      ComparisonPage([
        MergedRun(name: hostile, report: report, components: nil, recipe: "base_model: " + hostile), sample.run(),
      ]).html,
    ] {
      #expect(XMLCheck.accepts(html))
      #expect(!html.contains("<script") && !html.contains("</title></svg>"))
      #expect(
        html.contains("&lt;/title&gt;&lt;/svg&gt;&lt;script&gt;alert(&#39;&amp;\u{fffd}&quot;&#39;)&lt;/script&gt;"))
    }
  }

  @Test func isKnownAgainByItsBeginning() {
    let html = ReportPage(SampleRun(tasks: 2).run()).html
    #expect(ReportPage.isPage(Data(html.utf8.prefix(1_000))))
    #expect(!ReportPage.isPage(Data("<!DOCTYPE html><html><title>adarank</title>".utf8)))
    #expect(!ReportPage.isPage(Data()))
  }
}
