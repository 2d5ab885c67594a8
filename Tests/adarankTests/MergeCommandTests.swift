import Checkpoints
import Foundation
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct MergeCommandTests {
    let folder: ScratchFolder
    var out: String { "\(folder.path)/merged" }

    init() throws { folder = try ScratchFolder() }

    /// Merges into `out`, and expects that it works.
    @discardableResult
    func merge(
      _ collection: FixtureCollection, ranks: Int? = nil, _ options: String..., to name: String = "merged"
    ) throws -> MergedOutput {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"] + options, ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      #expect(run.errors == "")
      return try MergedOutput("\(folder.path)/\(name)")
    }

    @Test(arguments: FixtureCollection.methods.keys.sorted(), [nil, 2])
    func writesACompleteFolder(_ method: String, ranks: Int?) throws {
      let merged = try merge(FixtureCollection(method), ranks: ranks)
      let learns = method.hasPrefix("ada")
      let files: Set = [
        "README.md", "config.json", "heads", "heads/alpha.safetensors", "heads/beta.safetensors",
        "heads/gamma.safetensors", "model.safetensors", "recipe.yaml", "report.html", "report.json",
      ]
      let learnt: Set = ["adarank_state.safetensors", "entropy.svg"]
      let components: Set = ["components.safetensors"]
      #expect(
        try merged.files == files.union(learns ? learnt : []).union(method == "adarank" ? components : []))
      #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["merged", "recipe.yaml"])

      for task in FixtureCollection.tasks {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(out)/heads/\(task).safetensors", andPath: FixtureCollection().head(task)))
      }
      #expect(merged.report["merge_method"] as? String == method)
      #expect(merged.report["ranks"] as? Int == ranks ?? 1)
      #expect((merged.report["per_rank"] as? [Any])?.count == ranks ?? 1)
      #expect(merged.tasks.map { $0["name"] as? String } == FixtureCollection.tasks)
      #expect(merged.tasks.map { $0["classes"] as? Int } == [5, 7, 3])
      #expect((merged.report["entropy"] as? [[Double]])?.count == (learns ? 3 : 0))
      #expect(merged.weightsSha256 == (try merged.recomputedSha256()))
      let base = try ModelFolder(path: FixtureCollection().base)
      let model = try ModelFolder(path: out)
      #expect(model.names == base.names)
      #expect(model.names.allSatisfy { model[$0]!.shape == base[$0]!.shape && model[$0]!.elementType == .f32 })
    }

    @Test(arguments: ["clip", "openclip"])
    func reportsAllThatTheInterfaceLists(_ fixture: String) throws {
      let merged = try merge(FixtureCollection(fixture: fixture, "adarank"), ranks: 2)
      for key in [
        "version", "merge_method", "ranks", "threads_per_rank", "lanes", "nodes", "blas", "tasks", "average_accuracy",
        "entropy", "components", "interference", "seconds", "per_rank", "peak_rss_bytes", "weights_sha256",
      ] { #expect(merged.report[key] != nil, "\(key)") }
      for key in ["name", "classes", "adapt_inputs", "evaluate_inputs", "entropy_first", "entropy_last", "accuracy"] {
        #expect(merged.tasks.allSatisfy { $0[key] != nil }, "\(key)")
      }
      let components = try #require(merged.report["components"] as? [String: Int])
      #expect(Set(components.keys) == ["total", "kept", "flipped"])
      let seconds = try #require(merged.report["seconds"] as? [String: Double])
      #expect(Set(seconds.keys).isSuperset(of: ["read", "factor", "adapt", "gather", "total"]))
      for rank in try #require(merged.report["per_rank"] as? [[String: Any]]) {
        #expect(
          Set(rank.keys) == [
            "peak_private_bytes", "operations", "bytes_read", "bytes_sent", "waiting_seconds", "step_seconds",
            "seconds",
          ])
        let parts = try #require(rank["seconds"] as? [String: Double])
        #expect(Set(parts.keys) == ["read", "factor", "adapt", "survey", "evaluate", "gather"])
        let phases = try #require(rank["step_seconds"] as? [String: Double])
        #expect(Set(phases.keys).isSuperset(of: ["forward", "backward", "mask_gradient", "waiting"]))
      }
      let accuracies = merged.tasks.compactMap { $0["accuracy"] as? Double }
      let average = try #require(merged.report["average_accuracy"] as? Double)
      #expect(abs(average - accuracies.reduce(0, +) / 3) < 1e-12)
      #expect(merged.report["lanes"] as? Int == 4)
      let configuration = fixture == "clip" ? "config.json" : "open_clip_config.json"
      #expect(try merged.files.contains(configuration))
    }

    @Test(arguments: [
      ("adarank", "clip"), ("adarank", "openclip"), ("adamerging", "clip"), ("cart", "clip"), ("iso_c", "clip"),
      ("ties", "clip"), ("consensus_ta", "clip"),
    ])
    func givesTheSameBytesForAnyRanksAndThreads(_ method: String, _ fixture: String) throws {
      let collection = FixtureCollection(fixture: fixture, method)
      let one = try merge(collection, "--threads", "1", to: "one").weightsSha256
      #expect(one.count == 64)
      let threads = try merge(collection, "--threads", "2", to: "threads")
      #expect(threads.report["threads_per_rank"] as? Int == 2)
      #expect(threads.weightsSha256 == one)
      #expect(try merge(collection, ranks: 2, "--threads", "1", to: "two").weightsSha256 == one)
      #expect(try merge(collection, ranks: 4, "--threads", "2", to: "four").weightsSha256 == one)
    }

    /// Where nothing is evaluated, static methods write while they merge.
    @Test(arguments: ["average", "task_arithmetic", "cart", "ties"], [nil, 3])
    func evaluatingChangesNoByte(_ method: String, ranks: Int?) throws {
      var collection = FixtureCollection(method)
      let one = try merge(collection, to: "one")
      collection.evaluates = false
      let other = try merge(collection, ranks: ranks, to: "other")
      #expect(try other.weightsSha256 == other.recomputedSha256())
      #expect(other.weightsSha256 == one.weightsSha256)
      let interference = try #require(one.report["interference"] as? NSDictionary)
      #expect(other.report["interference"] as? NSDictionary == interference)
      #expect(other.report["average_accuracy"] == nil && one.report["average_accuracy"] != nil)
    }

    @Test(
      arguments: [
        ("average", "average"), ("task_arithmetic", "task_arithmetic_0.3"), ("cart", "cart_r0.16_l1.5"),
        ("tsv_m", "tsv_m_l1.0"), ("iso_c", "iso_c_l1.1"), ("ties", "ties_k0.2_l0.7"),
      ], ["clip", "openclip"])
    func agreesWithAnIndependentImplementation(_ method: (name: String, golden: String), fixture: String) throws {
      try merge(FixtureCollection(fixture: fixture, method.name))
      let golden = try SafetensorsFile(
        path: FixtureCollection.path("\(fixture)/golden/static_\(method.golden).safetensors"))
      let model = try ModelFolder(path: out)
      for name in model.names {
        let wanted = ReferenceTensor(try golden.tensor(name))
        let problem = mismatch(try model.tensor(name), wanted, tolerance: 1e-4, name)
        #expect(problem == nil)
      }
    }

    @Test(arguments: ["clip", "openclip"], [nil, 2])
    func learnsWhatAnIndependentImplementationLearns(_ fixture: String, ranks: Int?) throws {
      try merge(FixtureCollection(fixture: fixture, "adarank"), ranks: ranks, "--set", "steps=10")
      let golden = try SafetensorsFile(
        path: FixtureCollection.path("\(fixture)/golden/adarank_ta_state_step10.safetensors"))
      let state = try SafetensorsFile(path: "\(out)/adarank_state.safetensors")
      #expect(Set(state.entries.map(\.name)) == Set(golden.entries.map(\.name)))
      // What every key has in common changes no attention weight, so the gradient of a key's bias is rounding alone, and Adam
      // makes steps of it.
      for entry in state.entries where !entry.name.hasSuffix("k_proj.bias") {
        let wanted = ReferenceTensor(try golden.tensor(entry.name))
        // Ten steps of Adam at 0.01 move a parameter by 0.1 at most.
        let problem = mismatch(try state.tensor(entry.name), wanted, tolerance: 2e-3, scale: 0.1, entry.name)
        #expect(problem == nil)
      }
    }

    @Test func writesMasksAndCoefficientsForEveryTask() throws {
      try merge(FixtureCollection("adarank"))
      let state = try SafetensorsFile(path: "\(out)/adarank_state.safetensors")
      #expect(state.metadata["tasks"] == #"["alpha","beta","gamma"]"#)
      let model = try ModelFolder(path: out)
      for entry in state.entries {
        let parts = entry.name.split(separator: ".", maxSplits: 1).map(String.init)
        let shape = try #require(model[parts[1]]).shape
        #expect(entry.shape == (parts[0] == "logits" ? [3, shape.min()!] : [3]))
        #expect(entry.elementType == .f32)
      }
      #expect(state.entries.count { $0.name.hasPrefix("logits.") } == 12)
      #expect(state.entries.count { $0.name.hasPrefix("coefficients.") } == model.names.count)
    }

    @Test func writesARecipeThatGivesTheSameModelAgain() throws {
      let first = try merge(FixtureCollection("adarank"), "--set", "merge_coefficient=0.4", "--set", "seed=7")
      let recipe = try String(contentsOfFile: "\(out)/recipe.yaml", encoding: .utf8)
      #expect(recipe.contains("\n  merge_coefficient: 0.4 "))
      #expect(recipe.contains("\nseed: 7 "))
      let run = try ProgramRun.adarank(["merge", "\(out)/recipe.yaml", "\(folder.path)/again"], ranks: 2)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try MergedOutput("\(folder.path)/again").weightsSha256 == first.weightsSha256)
    }

    @Test func letsTheCommandLineOverrideTheRecipe() throws {
      let plain = try merge(FixtureCollection("task_arithmetic"), to: "plain")
      let set = try merge(FixtureCollection("task_arithmetic"), "--set", "merge_coefficient=0.5", to: "set")
      var collection = FixtureCollection("task_arithmetic")
      collection.parameters = ["merge_coefficient: 0.5"]
      #expect(set.weightsSha256 != plain.weightsSha256)
      #expect(set.weightsSha256 == (try merge(collection, to: "written").weightsSha256))
    }

    @Test(arguments: [("float16", ElementType.f16, 0x1p-11), ("bfloat16", .bf16, 0x1p-8), ("float32", .f32, 0)])
    func writesTheElementTypeAskedFor(_ name: String, _ type: ElementType, rounding: Double) throws {
      var collection = FixtureCollection("task_arithmetic")
      try merge(collection, to: "plain")
      collection.settings = ["dtype: \(name)"]
      try merge(collection, ranks: 2)
      let (model, plain) = (try ModelFolder(path: out), try ModelFolder(path: "\(folder.path)/plain"))
      #expect(model.names.allSatisfy { model[$0]!.elementType == type })
      for name in model.names {
        let wanted = ReferenceTensor(try plain.tensor(name))
        let problem = mismatch(try model.tensor(name), wanted, tolerance: rounding, name)
        #expect(problem == nil)
      }
      #expect(try MergedOutput.json("\(out)/config.json")["dtype"] as? String == name)
    }

    @Test func keepsTheElementTypesOfTheBase() throws {
      let half = "vision_model.embeddings.class_embedding"
      let base = "\(folder.path)/base"
      _ = try editedSafetensors(
        FixtureCollection().base + "/model.safetensors", in: folder, as: "base/model.safetensors"
      ) {
        tensors in
        for (index, tensor) in tensors.enumerated() where tensor.description.name == half {
          let count = tensor.description.shape.reduce(1, *)
          tensors[index] = NamedTensor(
            name: half, elementType: .f16, shape: tensor.description.shape,
            bytes: [UInt8](repeating: 0, count: 2 * count))
        }
      }
      let json = try Data(contentsOf: URL(fileURLWithPath: FixtureCollection().base + "/config.json"))
      try folder.write(json, as: "base/config.json")
      var collection = FixtureCollection("average")
      collection.settings = ["dtype: base"]
      let merged = try merge(collection, "--set", "base_model=\(base)")
      let model = try ModelFolder(path: out)
      #expect(model.names.allSatisfy { model[$0]!.elementType == ($0 == half ? .f16 : .f32) })
      // Wider elements come first in the file: it is not in the order of the names.
      #expect(merged.weightsSha256 == (try merged.recomputedSha256()))
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(out)/config.json")) == json)
    }

    @Test(arguments: [nil, 2], [true, false])
    func splitsTheWeightsIntoShards(ranks: Int?, evaluates: Bool) throws {
      let whole = try merge(FixtureCollection("task_arithmetic"), to: "whole")
      var collection = FixtureCollection("task_arithmetic")
      collection.settings = ["out_shard_size: 40KB"]
      collection.evaluates = evaluates
      let merged = try merge(collection, ranks: ranks)
      let index = try MergedOutput.json("\(out)/model.safetensors.index.json")
      let map = try #require(index["weight_map"] as? [String: String])
      #expect(Set(map.keys) == Set(try ModelFolder(path: "\(folder.path)/whole").names))
      let shards = Set(map.values)
      #expect(shards.count > 2)
      #expect(try merged.files.filter { $0.hasPrefix("model") } == shards.union(["model.safetensors.index.json"]))
      for shard in shards {
        let file = try SafetensorsFile(path: "\(out)/\(shard)")
        #expect(file.entries.reduce(0) { $0 + $1.byteCount } <= 40_000)
        #expect(file.entries.allSatisfy { map[$0.name] == shard })
      }
      #expect(merged.weightsSha256 == whole.weightsSha256)
      #expect(merged.weightsSha256 == (try merged.recomputedSha256()))
    }

    @Test func replacesAnEarlierMergeWhenToldTo() throws {
      let first = try merge(FixtureCollection("average"))
      try folder.write("left over", as: "merged/old.txt")
      let second = try merge(FixtureCollection("task_arithmetic"), ranks: 2, "--overwrite")
      #expect(second.weightsSha256 != first.weightsSha256)
      #expect(!(try second.files.contains("old.txt")))
      #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["merged", "recipe.yaml"])
    }

    @Test func saysWhatItDid() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, out, "--verbose"], ranks: 2)
      let merged = try MergedOutput(out)
      #expect(run.output.contains("weights_sha256 \(merged.weightsSha256)"))
      #expect(run.output.components(separatedBy: "accuracy %").count == 2)
      for line in [
        "task ", "alpha ", "beta ", "gamma ", "average ", "components kept: ", "time: ", "rank ", "0 ", "1 ",
      ] {
        #expect(run.output.split(separator: "\n").count { $0.hasPrefix(line) } == 1, "\(line)")
      }
    }

    @Test func saysNothingWhenQuiet() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, out, "--quiet"], ranks: 2)
      #expect(run.status == 0)
      #expect(run.output == "")
      #expect(run.errors == "")
    }

    /// A base with a text tower, as CLIPModel saves it.
    func fullCLIP() throws -> String {
      let vision = try String(contentsOfFile: FixtureCollection().base + "/config.json", encoding: .utf8)
      try folder.write(
        #"{"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 20, "vision_config": \#(vision)}"#,
        as: "full/config.json")
      _ = try editedSafetensors(
        FixtureCollection().base + "/model.safetensors", in: folder, as: "full/model.safetensors"
      ) { tensors in
        tensors.append(NamedTensor(name: "logit_scale", elementType: .f32, shape: [], bytes: [0, 0, 0x80, 0x3F]))
      }
      return "\(folder.path)/full"
    }

    @Test func saysHowToLoadTheTowerOfAFullModel() throws {
      let merged = try merge(FixtureCollection("average"), "--set", "base_model=\(fullCLIP())")
      let card = try String(contentsOfFile: "\(merged.path)/README.md", encoding: .utf8)
      #expect(card.contains(#"CLIPVisionModelWithProjection.from_pretrained("#))
      #expect(!card.contains("CLIPModel"))
    }

    @Test func saysWhatToKnowBeforehandUnlessQuiet() throws {
      let recipe = try folder.write(FixtureCollection("tsv_m").yaml, as: "recipe.yaml")
      let arguments = ["merge", recipe, out, "--overwrite", "--set", "base_model=\(try fullCLIP())"]
      let note =
        "note: 1 tensors of the base are no part of the encoder (logit_scale, …); they keep the base's values"
      for more in [[], ["--verbose"]] {
        let run = try ProgramRun.adarank(arguments + more, ranks: 2)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count { $0 == note } == 1, "\(run.output)")
      }
      #expect(try ProgramRun.adarank(arguments + ["--quiet"], ranks: 2).output == "")
    }

    @Test func readsPathsFromTheRecipesFolder() throws {
      for name in ["base", "tasks"] {
        try FileManager.default.copyItem(
          atPath: FixtureCollection.path("clip/\(name)"), toPath: "\(folder.path)/\(name)")
      }
      let recipe = try folder.write(
        "merge_method: average\nbase_model: base\nmodels:\n  - model: tasks/alpha\n  - model: tasks/beta\n",
        as: "a recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/a model"])
      #expect(run.status == 0, "\(run.errors)")
      let merged = try MergedOutput("\(folder.path)/a model")
      #expect(merged.tasks.map { $0["name"] as? String } == ["alpha", "beta"])
      #expect(merged.report["average_accuracy"] == nil)
    }
  }
}
