import Merging

/// Ranks of low-rank adapters, read before a merge whose matrices begin with kept fractions in their proportion.
struct KeptRankFiles: FuzzedReader {
  let name = "ranks"

  func seeds() throws -> [Seed] {
    func ranks(prefix: String) -> String {
      let modules = [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
      ]
      let pattern = modules.enumerated().map { #""\#(prefix)encoder.layer.0.\#($1)": \#($0 + 1)"# }
      return """
        {"r": 3, "lora_alpha": 6, "target_modules": ["query"], "alpha_pattern": {"\(prefix)encoder.layer.0.output.dense": 12},
         "rank_pattern": {\(pattern.joined(separator: ", "))}}
        """
    }
    let tokenizer = TokenizerSeeds.wordPieces.files.prefix(2).map { SeedFile("base/\($0.name)", $0.bytes, nil) }
    let tokens = SafetensorsBuilder.bytes([
      SafetensorsBuilder.Tensor("input_ids", integers: [2, 5, 3], [1, 3]),
      SafetensorsBuilder.Tensor("attention_mask", integers: [1, 1, 1], [1, 3]),
      SafetensorsBuilder.Tensor("labels", integers: [0], [1]),
    ])
    let others = try TinyModel.bert.files() + tokenizer + [SeedFile("inputs.safetensors", tokens, nil)]
    return [("body", ""), ("model with a head", "bert.")].map { name, prefix in
      Seed(name: name, files: others + [SeedFile("ranks.json", ranks(prefix: prefix), .json)])
    }
  }

  func read(_ folder: String) throws -> Digest {
    var request = TinyModel.request(in: folder, inputs: "inputs.safetensors")
    request.learning?.keptRanksPath = "\(folder)/ranks.json"
    let factors = try Collection(opening: request).tensors.filter { $0.role == .masked }.map(\.keptFactor)
    guard factors.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw Violation("a matrix would begin with \(factors) times its share of components")
    }
    var digest = Digest()
    digest.add("\(factors)")
    return digest
  }
}
