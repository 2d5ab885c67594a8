import Testing

@testable import Merging
@testable import Reports

@Suite struct MergeSummaryTests {
  @Test func tellsResultsTaskByTask() {
    #expect(
      MergeSummary(sampleReport()).results.text == """
        task     classes  inputs  first loss  last loss  test inputs  accuracy %
        ───────  ───────  ──────  ──────────  ─────────  ───────────  ──────────
        alpha          5     800       0.915      0.250          400        87.5
        beta           7      80       1.500      1.000            –           –
        average                                                             87.5
        """)
  }

  @Test func leavesOutWhatAStaticMethodHasNot() {
    var report = sampleReport()
    (report.entropy, report.components) = ([], nil)
    #expect(MergeSummary(report).results.header == ["task", "classes", "test inputs", "accuracy %"])
    #expect(MergeSummary(report).components == nil)
    #expect(MergeSummary(report).time.contains("merging 3 min 5 s"))
  }

  @Test func leavesOutAccuracyThatWasNotMeasured() {
    var report = sampleReport()
    report.averageAccuracy = nil
    let results = MergeSummary(report).results
    #expect(results.header == ["task", "classes", "inputs", "first loss", "last loss"])
    #expect(results.rows.map(\.first) == ["alpha", "beta"])
  }

  @Test func tellsWhatEveryRankDid() {
    #expect(
      MergeSummary(sampleReport()).ranks.text == """
        rank   operations     read     sent      waited  private memory
        ────  ───────────  ───────  ───────  ──────────  ──────────────
        0     500.6 Gflop  14.7 MB    900 B       5.1 s        123.8 MB
        1          7 flop   1.0 kB  77.4 MB  1 min 40 s            99 B
        """)
  }

  @Test func tellsComponentsAndTime() {
    let summary = MergeSummary(sampleReport())
    #expect(summary.components == "components kept: 700 of 1152; 491 changed since the beginning")
    #expect(
      summary.time
        == "time: 3 min 19 s (reading 0.2 s, factoring 12.3 s, adapting 3 min 5 s, writing 1.0 s) on 2 ranks of 1 thread, "
        + "BLAS kernel SkylakeX")
  }
}
