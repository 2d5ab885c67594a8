import Foundation
import Merging
import Reports

/// Reports of merges and evaluations, as `compare` reads them, and the page of a merge.
struct ReportFiles: FuzzedReader {
  let name = "report"

  func seeds() -> [Seed] {
    [("merge", Self.merge), ("static", Self.staticMerge), ("evaluation", Self.evaluation)].map { name, text in
      Seed(name: name, files: [SeedFile("report.json", text, .json)])
    }
  }

  private static let merge = """
    {"version": "1.2.3", "merge_method": "adarank", "ranks": 2, "threads_per_rank": 1, "nodes": 1, "lanes": 8,
     "exchange": "dense", "useful_ranks": 8, "blas": "SkylakeX",
     "tasks": [{"name": "alpha", "classes": 5, "adapt_inputs": 24, "evaluate_inputs": 24, "entropy_first": 0.9,
       "entropy_last": 0.3, "accuracy": 0.91, "metric": "f1", "score": 0.8}, {"name": "beta", "accuracy": 0.5}],
     "average_accuracy": 0.705, "entropy": [[0.9, 0.8], [0.7, 0.6]],
     "components": {"total": 1152, "kept": 700, "flipped": 491},
     "watch": [{"step": 0, "probes": [{"mean_entropy": 0.9, "entropy_of_mean": 1.5, "agreement": 1},
        {"mean_entropy": 0.8, "entropy_of_mean": 0.6, "agreement": 0.5}]},
       {"step": 2, "probes": [{"mean_entropy": 0.3, "entropy_of_mean": 1.4, "agreement": 0.75},
        {"mean_entropy": 0.6, "entropy_of_mean": 0.1, "agreement": 0.25}]}],
     "collapses": [{"task": "beta", "step": 2, "reason": "it agrees on 25 % of inputs"}],
     "search": {"merge_coefficient": 0.3, "kept_fraction": 0.16, "trials": [
       {"merge_coefficient": 0.3, "kept_fraction": 0.16, "agreement": [0.5, 1], "mean": 0.75},
       {"merge_coefficient": 0.4, "agreement": [0.5, 0.5], "mean": 0.5}]},
     "seconds": {"read": 0.1, "factor": 0.2, "adapt": 3.0, "checkpoint": 0.5, "survey": 0.05, "evaluate": 0, "gather": 0.1,
       "total": 3.5},
     "per_rank": [{"peak_private_bytes": 9, "operations": 8, "bytes_read": 7, "bytes_sent": 6, "waiting_seconds": 0.5,
        "step_seconds": {"forward": 0.25, "waiting": 0.125}, "seconds": {"read": 0.1, "adapt": 3.0}},
       {"peak_private_bytes": 9, "operations": 8, "bytes_read": 7, "bytes_sent": 6, "waiting_seconds": 0,
        "step_seconds": {"forward": 0.5, "waiting": 0}, "seconds": {"read": 0.1, "factor": 0.2}}],
     "peak_rss_bytes": [1, 2], "notes": ["a note"], "weights_sha256": "c0ffee", "files": {"model.safetensors": "ab"},
     "inputs": [{"of": "base", "path": "/base", "bytes": 9, "sha256": "cd"}]}
    """
  private static let staticMerge = """
    {"version": "1", "merge_method": "ties", "ranks": 1, "threads_per_rank": 1, "nodes": 1, "blas": "Haswell",
     "tasks": [{"name": "alpha", "accuracy": 1}], "average_accuracy": 1, "entropy": [],
     "seconds": {"read": 0, "factor": 0, "adapt": 0, "evaluate": 0, "gather": 0, "total": 0}, "per_rank": [],
     "peak_rss_bytes": [], "notes": [], "weights_sha256": "c0ffee"}
    """
  private static let evaluation = """
    {"average_accuracy": 0.5, "model": "merged", "tasks": [{"accuracy": 0.5, "inputs": 24, "name": "alpha"}]}
    """

  func read(_ folder: String) throws -> Digest {
    let path = "\(folder)/report.json"
    let result = try ReportedAccuracies(path: path)
    var digest = Digest()
    for task in result.tasks { digest.add("\(task.name) \(Numbers.percent(task.accuracy))") }
    digest.add(Numbers.percent(result.averageAccuracy))
    if let report = try? MergeReport(json: Data(contentsOf: URL(fileURLWithPath: path))) {
      let json = try report.json
      guard let again = try? MergeReport(json: json), again == report else {
        throw Violation("the report is not read as it is written")
      }
      json.withUnsafeBytes { digest.add($0) }
    }
    // A page wants more of a report than accuracies.
    do { digest.add(ReportPage(try MergedRun(path: folder, name: "merged")).html) } catch is InputError {}
    return digest
  }
}
