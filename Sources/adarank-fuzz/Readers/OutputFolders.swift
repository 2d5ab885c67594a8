import Merging

/// Output folders, as `verify` compares them with their own reports.
struct OutputFolders: FuzzedReader {
  let name = "output"

  func seeds() -> [Seed] {
    let weights = [
      SafetensorsBuilder.Tensor("a.bias", floats: [2]), SafetensorsBuilder.Tensor("a.weight", floats: [2, 3]),
    ]
    let model = SafetensorsBuilder.bytes(weights)
    let configuration = Array(#"{"model_type": "unknown"}"#.utf8)
    let report = """
      {"version": "1", "merge_method": "average", "ranks": 1, "threads_per_rank": 1, "nodes": 1, "blas": "Haswell",
       "tasks": [{"name": "alpha"}], "entropy": [], "per_rank": [], "peak_rss_bytes": [], "notes": [],
       "seconds": {"read": 0, "factor": 0, "adapt": 0, "evaluate": 0, "gather": 0, "total": 0},
       "weights_sha256": "\(sha256(weights.map(\.data)))",
       "files": {"model.safetensors": "\(sha256([model]))", "config.json": "\(sha256([configuration]))"}}
      """
    return [
      Seed(
        name: "output",
        files: [
          SeedFile("model.safetensors", model, .safetensors), SeedFile("config.json", configuration, .json),
          SeedFile("report.json", report, .json),
        ])
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let verification = OutputVerification(folder, inputs: true)
    guard verification.findings.isEmpty else { throw InputError(verification.findings) }
    let (model, configuration) = (
      try FileBytes.read("\(folder)/model.safetensors"), try FileBytes.read("\(folder)/config.json")
    )
    let files = seeds()[0].files
    guard verification.files < 2 || model == files[0].bytes && configuration == files[1].bytes else {
      throw Violation("changed files are taken for those of the report")
    }
    var digest = Digest()
    digest.add("\(verification.tensors) \(verification.files) \(verification.inputs)")
    return digest
  }
}
