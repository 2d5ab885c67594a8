import Foundation
import Testing

extension ProgramTests {
  /// Ranks of adapters as a merge's beginning.
  @Suite struct KeptRanksTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func ranks(_ collection: FixtureCollection) throws -> [String: Int] {
      let recipe = try folder.write(collection.yaml, as: "ranks.yaml")
      let run = try ProgramRun.adarank(
        ["ranks", recipe, "--trials", "1", "--inputs", "4", "--output", "\(folder.path)/ranks.json"])
      try #require(run.status == 0, "\(run.errors)")
      return try #require(try MergedOutput.json("\(folder.path)/ranks.json")["rank_pattern"] as? [String: Int])
    }

    private func merge(
      _ collection: FixtureCollection, as name: String, ranks: Int? = nil, _ options: [String] = []
    ) throws -> ProgramRun {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      return try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"] + options, ranks: ranks)
    }

    /// Before the first step ⌊min(1, ½ · kⱼ / mean k) · 32⌋ of each matrix's components are kept, of three tasks.
    @Test(arguments: ["clip", "bert", "gpt2"]) func decideWhatIsKeptAtFirst(fixture: String) throws {
      var collection = FixtureCollection(fixture: fixture, "adarank")
      let ranks = try ranks(collection)
      #expect(Set(ranks.values).count > 1)
      collection.set(["initial_kept_fraction: 0.5", "kept_ranks: ranks.json", "steps: 0"])
      let run = try merge(collection, as: "merged")
      try #require(run.status == 0, "\(run.errors)")
      let mean = Double(ranks.values.reduce(0, +)) / Double(ranks.count)
      let kept = ranks.values.reduce(0) { $0 + 3 * Int(min(1, 0.5 * (Double($1) / mean)) * 32) }
      let merged = try MergedOutput("\(folder.path)/merged")
      let components = try #require(merged.report["components"] as? [String: Int])
      #expect(components == ["total": 3 * 32 * ranks.count, "kept": kept, "flipped": 0])
      let inputs = try #require(merged.report["inputs"] as? [[String: Any]])
      let paths = inputs.filter { $0["of"] as? String == "kept ranks" }.map { $0["path"] as? String }
      #expect(paths == ["\(folder.path)/ranks.json"])
      let asRun = try String(contentsOfFile: merged.path + "/recipe.yaml", encoding: .utf8)
      #expect(asRun.contains("  kept_ranks: \(folder.path)/ranks.json  #"), "\(asRun)")
      #expect(try ProgramRun.adarank(["verify", merged.path, "--inputs"]).status == 0)
      // And otherwise as many of each.
      collection.set(["kept_ranks: null"])
      #expect(try merge(collection, as: "plain").status == 0)
      let plain = try #require(MergedOutput("\(folder.path)/plain").report["components"] as? [String: Int])
      #expect(plain["kept"] == 3 * 16 * ranks.count)
    }

    /// Masks are there though they are not learnt and all components of many matrices are kept; bytes do not depend on ranks.
    @Test func masksAreNeededThoughTheyAreNotLearnt() throws {
      var collection = FixtureCollection("adarank")
      _ = try ranks(collection)
      collection.set(["learn: [coefficients]", "kept_ranks: ranks.json"])
      #expect(try merge(collection, as: "one").status == 0)
      #expect(try merge(collection, as: "three", ranks: 3).status == 0)
      let (one, three) = (try MergedOutput("\(folder.path)/one"), try MergedOutput("\(folder.path)/three"))
      #expect(one.weightsSha256 == three.weightsSha256)
      let components = try #require(one.report["components"] as? [String: Int])
      #expect(components["kept"]! < components["total"]! && components["flipped"] == 0)
    }

    @Test func missingMatricesAreNamed() throws {
      var collection = FixtureCollection("adarank")
      try folder.write(
        #"{"rank_pattern": {"vision_model.encoder.layers.0.mlp.fc1": 3, "h.0.attn.c_attn": 2}}"#, as: "ranks.json")
      collection.set(["kept_ranks: ranks.json"])
      let run = try merge(collection, as: "merged", ranks: 3)
      #expect(run.status == 2 && run.complaints.count == 2, "\(run.errors)")
      #expect(run.errors.contains("ranks.json has ranks of h.0.attn.c_attn, which the base does not have"))
      let missing = "ranks.json has no rank for the masked vision_model.encoder.layers.0.self_attn.q_proj.weight, "
      #expect(run.errors.contains(missing), "\(run.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/merged"))
    }

    /// An unfinished run is not gone on with from other ranks.
    @Test func otherRanksAreAnotherMerge() throws {
      var collection = FixtureCollection("adarank")
      let ranks = try ranks(collection)
      collection.set(["initial_kept_fraction: 0.5", "kept_ranks: ranks.json", "steps: 100000"])
      collection.settings = ["time_limit: 1s"]
      let first = try merge(collection, as: "merged", ranks: 2)
      try #require(first.status == 75, "\(first.errors)")
      let changed = try JSONSerialization.data(withJSONObject: ["rank_pattern": ranks.mapValues { $0 + 1 }])
      try folder.write(changed, as: "ranks.json")
      let run = try merge(collection, as: "merged", ranks: 2, ["--resume"])
      #expect(run.status == 2 && run.complaints.count == 1, "\(run.errors)")
      #expect(run.errors.contains("kept ranks ranks.json has changed"), "\(run.errors)")
    }
  }
}
