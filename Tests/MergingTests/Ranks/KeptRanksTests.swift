import Foundation
import Testing

@testable import Merging

@Suite struct KeptRanksTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// The collection of a family with ranks by module.
  private func collection(
    _ family: String, ranks json: String, _ change: (inout MergeRequest) -> Void = { _ in }
  ) throws -> Collection {
    var request = fixtureRequest(.adarank, family: family)
    request.learning!.keptRanksPath = try folder.write(json, as: "ranks.json")
    change(&request)
    return try Collection(opening: request)
  }

  private func json(_ ranks: [String: Int]) throws -> String {
    let data = try JSONSerialization.data(withJSONObject: ["r": 8, "rank_pattern": ranks] as [String: Any])
    return String(decoding: data, as: UTF8.self)
  }

  private func names(_ family: String) throws -> [String] {
    LoRAModule.all(of: try Collection(opening: fixtureRequest(.adarank, family: family)).encoder!).map(\.name)
  }

  private func factors(_ collection: Collection) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: collection.tensors.filter { $0.role == .masked }.map { ($0.name, $0.keptFactor) })
  }

  @Test func factorsAreRanksOverTheirMean() throws {
    let names = try names("bert")
    // 1, 2, … 12, of mean 6.5.
    let ranks = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + 1) })
    let factors = factors(try collection("bert", ranks: json(ranks)))
    #expect(factors.count == 12)
    for (index, name) in names.enumerated() { #expect(factors["bert.\(name).weight"] == Double(index + 1) / 6.5) }
    // Names may have the classifier's prefix.
    let prefixed = Dictionary(uniqueKeysWithValues: ranks.map { ("bert." + $0, $1) })
    #expect(self.factors(try collection("bert", ranks: json(prefixed))) == factors)
  }

  /// Stacked matrices have their members' mean.
  @Test func fusedMatricesHaveTheMean() throws {
    let ranks = Dictionary(uniqueKeysWithValues: try names("clip").enumerated().map { ($1, $0 + 1) })
    let factors = factors(try collection("clip", ranks: json(ranks)) { $0.fuseQKV = true })
    #expect(factors["vision_model.encoder.layers.0.self_attn.qkv_proj.weight"] == 2 / 6.5)
    #expect(factors["vision_model.encoder.layers.1.mlp.fc2.weight"] == 12 / 6.5)
    #expect(factors.count == 8)
  }

  /// A module of several matrices counts for each.
  @Test func openCLIPsAttentionHasTwoMatrices() throws {
    // Matrices of 6, 6, 3, 1, twice: 4 on average.
    let ranks = Dictionary(uniqueKeysWithValues: zip(try names("openclip"), [6, 3, 1, 6, 3, 1]))
    let factors = factors(try collection("openclip", ranks: json(ranks)))
    let block = "visual.transformer.resblocks.1."
    #expect(factors[block + "attn.in_proj_weight"] == 1.5 && factors[block + "attn.out_proj.weight"] == 1.5)
    #expect(factors[block + "mlp.c_proj.weight"] == 0.25)
  }

  /// As `adarank ranks` writes them, under both names.
  @Test func eitherNameWillDo() throws {
    let modules = LoRAModule.all(of: try Collection(opening: fixtureRequest(.adarank, family: "vit")).encoder!)
    func factors(_ names: (LoRAModule) -> [String]) throws -> [String: Double] {
      let ranks = modules.enumerated().flatMap { index, module in names(module).map { ($0, index + 1) } }
      return self.factors(try collection("vit", ranks: json(Dictionary(uniqueKeysWithValues: ranks))))
    }
    let both = try factors { Array($0.names) }
    #expect(both["encoder.layer.1.output.dense.weight"] == 12 / 6.5)
    #expect(try factors { [$0.name] } == both && factors { [$0.alias!] } == both)
  }

  @Test func withoutRanksAllBeginAlike() throws {
    #expect(try Collection(opening: fixtureRequest(.adarank)).tensors.allSatisfy { $0.keptFactor == 1 })
  }

  private func findings(_ json: String, _ change: (inout MergeRequest) -> Void = { _ in }) throws -> [String] {
    do { _ = try collection("bert", ranks: json, change) } catch let error as InputError { return error.findings }
    return []
  }

  @Test func whatIsMissingIsNamed() throws {
    let path = "\(folder.path)/ranks.json"
    let names = try names("bert")
    let few = Dictionary(uniqueKeysWithValues: names.dropFirst(5).map { ($0, 4) })
    #expect(
      try findings(json(few)) == [
        "\(path) has no rank for the masked bert.encoder.layer.0.attention.self.query.weight, "
          + "bert.encoder.layer.0.attention.self.key.weight, bert.encoder.layer.0.attention.self.value.weight and 2 others"
      ])
    let all = Dictionary(uniqueKeysWithValues: names.map { ($0, 4) })
    #expect(try findings(json(all)) == [])
    #expect(
      try findings(json(all.merging(["h.0.attn": 1]) { $1 })) == [
        "\(path) has ranks of h.0.attn, which the base does not have: is it of another model?"
      ])
    // What is masked besides has no module.
    #expect(
      try findings(json(all)) { $0.roles.masked = ["pooler.dense.weight"] } == [
        "\(path) has no rank for the masked bert.pooler.dense.weight"
      ])
    // What is not masked needs none.
    #expect(try findings(json(few)) { $0.roles.scaled = ["layer.0"] } == [])
  }

  @Test(
    arguments: [
      ("{}", "has no 'rank_pattern'"), ("[]", "has no 'rank_pattern'"),
      (#"{"rank_pattern": {}}"#, "has no 'rank_pattern'"),
      (#"{"rank_pattern": {"a": 0}}"#, "the rank of a is no whole number from 1 to 1000000"),
      (#"{"rank_pattern": {"a": 1.5}}"#, "the rank of a is no whole number"),
      (#"{"rank_pattern": {"a": 9223372036854775807}}"#, "the rank of a is no whole number"),
      (#"{"rank_pattern": {"a": "1"}}"#, "the rank of a is no whole number"), ("{", "JSON"), ("", "JSON"),
    ])
  func aWrongFileIsRefused(json: String, reason: String) throws {
    let findings = try findings(json)
    #expect(findings.count == 1 && findings[0].contains(reason), "\(findings)")
    #expect(findings.allSatisfy { $0.contains("\(folder.path)/ranks.json") })
  }

  @Test func aMissingFileIsNamed() throws {
    let findings = try findings("{}") { $0.learning!.keptRanksPath = "/nowhere/ranks.json" }
    #expect(findings.count == 1 && findings[0].hasPrefix("/nowhere/ranks.json cannot be read"), "\(findings)")
  }
}
