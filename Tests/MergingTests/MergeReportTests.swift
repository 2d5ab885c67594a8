import Checkpoints
import Foundation
import Testing

@testable import Merging

@Suite struct MergeReportTests {
  private var report: MergeReport {
    MergeReport(
      version: "1", mergeMethod: "adarank", ranks: 2, threadsPerRank: 1, nodes: 1, lanes: 8, usefulRanks: 16,
      blas: "SkylakeX",
      tasks: [
        MergeReport.TaskReport(
          name: "alpha", classes: 5, adaptInputs: 24, evaluateInputs: 23, entropyFirst: 0.9, entropyLast: 0.3,
          accuracy: 0.5)
      ], averageAccuracy: 0.5, entropy: [[0.9], [0.3]],
      components: MergeReport.Components(total: 10, kept: 7, flipped: 3), seconds: MergeReport.Seconds(),
      perRank: [
        MergeReport.RankReport(peakPrivateBytes: 1, operations: 2, bytesRead: 3, bytesSent: 4, waitingSeconds: 0.5)
      ], peakRssBytes: [6, 7], notes: ["n"], weightsSha256: "ab")
  }

  private func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }

  @Test func jsonSurvivesARoundTrip() throws {
    #expect(try MergeReport(json: try report.json) == report)
    var bare = report
    (bare.lanes, bare.usefulRanks, bare.averageAccuracy) = (nil, nil, nil)
    (bare.components, bare.weightsSha256) = (nil, nil)
    bare.tasks = [MergeReport.TaskReport(name: "x")]
    bare.entropy = []
    #expect(try MergeReport(json: try bare.json) == bare)
  }

  @Test func heapsOfAccentsAreRefused() throws {
    var named = report
    named.tasks[0].name = "e" + String(repeating: "\u{301}", count: 1_001)
    let json = try named.json
    #expect(throws: CheckpointError.self) { try MergeReport(json: json) }
  }

  @Test func keysAreThoseOfTheInterface() throws {
    let json = try #require(try JSONSerialization.jsonObject(with: report.json) as? [String: Any])
    #expect(
      keys(json).isSuperset(of: [
        "version", "merge_method", "ranks", "threads_per_rank", "lanes", "nodes", "blas", "tasks", "average_accuracy",
        "entropy", "components", "seconds", "per_rank", "peak_rss_bytes", "weights_sha256",
      ]))
    #expect(
      keys((json["tasks"] as? [Any])?.first) == [
        "name", "classes", "adapt_inputs", "evaluate_inputs", "entropy_first", "entropy_last", "accuracy",
      ])
    #expect(keys(json["components"]) == ["total", "kept", "flipped"])
    #expect(keys(json["seconds"]).isSuperset(of: ["read", "factor", "adapt", "gather", "total"]))
    #expect(
      keys((json["per_rank"] as? [Any])?.first) == [
        "peak_private_bytes", "operations", "bytes_read", "bytes_sent", "waiting_seconds",
      ])
    #expect(json["weights_sha256"] as? String == "ab")
    #expect(json["entropy"] as? [[Double]] == [[0.9], [0.3]])
  }
}
