@testable import Merging

/// A small report as a merge of two models would give it.
func sampleReport() -> MergeReport {
  var alpha = MergeReport.TaskReport(name: "alpha")
  (alpha.classes, alpha.adaptInputs, alpha.evaluateInputs) = (5, 800, 400)
  (alpha.entropyFirst, alpha.entropyLast, alpha.accuracy) = (0.9154, 0.25, 0.875)
  var beta = MergeReport.TaskReport(name: "beta")
  (beta.classes, beta.adaptInputs, beta.entropyFirst, beta.entropyLast) = (7, 80, 1.5, 1)
  var seconds = MergeReport.Seconds()
  (seconds.read, seconds.factor, seconds.adapt, seconds.evaluate) = (0.2, 12.3, 185, 0.01)
  (seconds.gather, seconds.total) = (1, 198.6)
  return MergeReport(
    version: "1.2.3", mergeMethod: "adarank", ranks: 2, threadsPerRank: 1, nodes: 1, lanes: 8, blas: "SkylakeX",
    tasks: [alpha, beta], averageAccuracy: 0.875, entropy: [[0.9154, 1.5], [0.25, 1]],
    components: MergeReport.Components(total: 1_152, kept: 700, flipped: 491), seconds: seconds,
    perRank: [
      MergeReport.RankReport(
        peakPrivateBytes: 123_800_000, operations: 500_600_000_000, bytesRead: 14_700_000, bytesSent: 900,
        waitingSeconds: 5.13),
      MergeReport.RankReport(
        peakPrivateBytes: 99, operations: 7, bytesRead: 1_000, bytesSent: 77_400_000, waitingSeconds: 100),
    ],
    peakRssBytes: [1, 2], notes: [], weightsSha256: "c0ffee")
}

func sampleRequest(_ method: MergeMethod) -> MergeRequest {
  MergeRequest(
    method: method, base: "/data/vit/base/",
    models: [
      ModelSource(model: "/data/vit/tasks/one", task: "alpha", head: "/heads/a.safetensors"),
      ModelSource(model: "two.safetensors", task: "beta", head: "/heads/b.safetensors"),
    ])
}
