import Testing

@testable import Merging

@Suite struct LoRAModuleTests {
  private func modules(_ family: String) throws -> [LoRAModule] {
    LoRAModule.all(of: try #require(try Collection(opening: fixtureRequest(.adarank, family: family)).encoder))
  }

  /// The classifier's prefix is left out: PEFT finds the modules with it and without.
  @Test(arguments: [
    (
      "clip", "vision_model.encoder.layers",
      [
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2",
      ]
    ),
    ("openclip", "visual.transformer.resblocks", ["attn", "mlp.c_fc", "mlp.c_proj"]),
    (
      "vit", "encoder.layer",
      [
        "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
      ]
    ),
    (
      "dinov2", "encoder.layer",
      [
        "attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense",
        "mlp.fc1", "mlp.fc2",
      ]
    ),
    (
      "bert", "encoder.layer",
      [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
      ]
    ),
    (
      "roberta", "encoder.layer",
      [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
      ]
    ),
    ("gpt2", "h", ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]),
  ])
  func areTheLinearLayersOfTheBlocks(family: String, blocks: String, kinds: [String]) throws {
    let modules = try modules(family)
    #expect(modules.map(\.name) == (0..<2).flatMap { block in kinds.map { "\(blocks).\(block).\($0)" } })
    #expect(modules.map(\.layer) == (0..<2).flatMap { [Int](repeating: $0, count: kinds.count) })
    #expect(modules.map(\.kind) == kinds + kinds)
    #expect(modules.allSatisfy { $0.parts.allSatisfy { $0.bias != nil } })
  }

  /// PEFT's adapter of `nn.MultiheadAttention` has one rank for the projections in and out.
  @Test func openCLIPsAttentionIsOneModule() throws {
    let attention = try modules("openclip")[0]
    #expect(attention.parts.map { [$0.rows, $0.columns] } == [[96, 32], [32, 32]])
    #expect(attention.largestRank == 32)
    #expect(attention.parametersPerRank == 96 + 32 + 32 + 32)
  }

  /// What `transformers` 5.24 calls them in memory.
  @Test(arguments: [("vit", "layers.1."), ("dinov2", "encoder.layer.1.")])
  func visionTransformersHaveTwoNames(family: String, block: String) throws {
    let kinds = ["attention.q_proj", "attention.k_proj", "attention.v_proj", "attention.o_proj", "mlp.fc1", "mlp.fc2"]
    #expect(try modules(family)[6...].map(\.alias) == kinds.map { block + $0 })
    let same = try modules(family)[10]
    #expect(same.names.count == (family == "vit" ? 2 : 1))
  }

  @Test(arguments: ["clip", "openclip", "bert", "roberta", "gpt2"]) func othersHaveOne(family: String) throws {
    #expect(try modules(family).allSatisfy { $0.alias == nil && $0.names == [$0.name] })
  }

  @Test func aConv1DIsAsLargeAsItIsStored() throws {
    let module = try modules("gpt2")[0]
    #expect(module.parts.map { [$0.rows, $0.columns] } == [[32, 96]] && module.largestRank == 32)
    #expect(module.parametersPerRank == 128)
  }
}
