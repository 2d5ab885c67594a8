import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  /// ViT and DINOv2 with classifiers of their own, from recipe to folder.
  @Suite struct PictureModelTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func merge(_ collection: FixtureCollection, as name: String, ranks: Int? = nil) throws -> MergedOutput {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput("\(folder.path)/\(name)")
    }

    private func accuracies(_ model: String, ranks: Int) throws -> [Double?] {
      let run = try ProgramRun.adarank(["evaluate", model, "\(folder.path)/recipe.yaml", "--json"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      return try #require(report["tasks"] as? [[String: Any]]).map { $0["accuracy"] as? Double }
    }

    @Test(arguments: ["vit", "dinov2"], ["entropy", "self_label"])
    func learningGivesTheSameBytesOnTwoRanks(_ fixture: String, objective: String) throws {
      var collection = FixtureCollection(fixture: fixture, "adarank")
      collection.parameters.append("objective: \(objective)")
      let merged = try merge(collection, as: "one")
      #expect(try merge(collection, as: "two", ranks: 2).weightsSha256 == merged.weightsSha256)
      #expect(merged.tasks.map { $0["classes"] as? Int } == [5, 7, 3])
      #expect(try accuracies("\(folder.path)/one", ranks: 2) == merged.tasks.map { $0["accuracy"] as? Double })

      // Each task's classifier is in a file, with the names that it had; the body has none.
      #expect(try !ModelFolder(path: "\(folder.path)/one").names.contains { $0.hasPrefix("classifier") })
      for task in FixtureCollection.tasks {
        let head = try SafetensorsFile(path: "\(folder.path)/one/heads/\(task).safetensors")
        let expert = try ModelFolder(path: collection.model(task))
        #expect(Set(head.entries.map(\.name)) == ["classifier.weight", "classifier.bias"])
        for entry in head.entries { #expect(try head.tensor(entry.name) == expert.tensor(entry.name)) }
      }
    }

    @Test(arguments: ["vit", "dinov2"]) func staticMergesAreEvaluated(_ fixture: String) throws {
      let merged = try merge(FixtureCollection(fixture: fixture, "task_arithmetic"), as: "out", ranks: 2)
      let accuracy = merged.tasks.map { $0["accuracy"] as? Double }
      #expect(accuracy.allSatisfy { $0 != nil })
      #expect(try accuracies("\(folder.path)/out", ranks: 1) == accuracy)
    }

    /// As the published bases are: a body alone, whose tensors have no prefix.
    @Test func aBaseWithoutAClassifierGivesTheSameMerge() throws {
      var collection = FixtureCollection(fixture: "dinov2", "adarank")
      let merged = try merge(collection, as: "whole")
      let base = collection.base
      for file in ["config.json", "preprocessor_config.json"] {
        try folder.write(try Data(contentsOf: URL(fileURLWithPath: "\(base)/\(file)")), as: "bare/\(file)")
      }
      _ = try editedSafetensors("\(base)/model.safetensors", in: folder, as: "bare/model.safetensors") { tensors in
        tensors = tensors.filter { !$0.description.name.hasPrefix("classifier") }.map { tensor in
          NamedTensor(
            name: String(tensor.description.name.dropFirst("dinov2.".count)),
            elementType: tensor.description.elementType, shape: tensor.description.shape, bytes: tensor.bytes)
        }
      }
      collection.replaced["base"] = "\(folder.path)/bare"
      #expect(try merge(collection, as: "out").weightsSha256 == merged.weightsSha256)
      #expect(try accuracies("\(folder.path)/out", ranks: 1) == merged.tasks.map { $0["accuracy"] as? Double })
    }

    @Test func inspectDescribesTheEncoder() throws {
      let vit = try ProgramRun.adarank(["inspect", FixtureCollection(fixture: "vit").base])
      #expect(
        vit.output.hasPrefix(
          "vit vision tower: 2 layers, width 16, 2 heads, MLP 24, images of 12, patches of 4, features of 16, gelu"),
        "\(vit.output)")
      let dino = try ProgramRun.adarank(["inspect", FixtureCollection(fixture: "dinov2").base])
      #expect(
        dino.output.hasPrefix(
          "dinov2 vision tower: 2 layers, width 16, 2 heads, MLP 32, images of 12, patches of 4, features of 32, gelu"),
        "\(dino.output)")
    }
  }
}
