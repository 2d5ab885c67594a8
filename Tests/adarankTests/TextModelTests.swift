import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  /// BERT, RoBERTa and GPT-2 with classifiers of their own, from recipe to folder.
  @Suite struct TextModelTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: ["bert", "roberta", "gpt2"])
    func mergeAndEvaluateAgree(_ fixture: String) throws {
      let collection = FixtureCollection(fixture: fixture, "adarank")
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      func merge(_ name: String, ranks: Int?) throws -> MergedOutput {
        let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"], ranks: ranks)
        try #require(run.status == 0, "\(run.errors)")
        #expect(run.errors == "")
        return try MergedOutput("\(folder.path)/\(name)")
      }
      let merged = try merge("one", ranks: nil)
      #expect(try merge("three", ranks: 3).weightsSha256 == merged.weightsSha256)
      #expect(merged.tasks.map { $0["classes"] as? Int } == [5, 7, 3])

      // The body has the base's tensors; each task's classifier is in a file, with the names that it had.
      let (base, model) = try (ModelFolder(path: collection.base), ModelFolder(path: "\(folder.path)/one"))
      #expect(Set(base.names).isSuperset(of: model.names))
      for task in FixtureCollection.tasks {
        let head = try SafetensorsFile(path: "\(folder.path)/one/heads/\(task).safetensors")
        let expert = try ModelFolder(path: collection.model(task))
        #expect(!head.entries.isEmpty)
        for entry in head.entries { #expect(try head.tensor(entry.name) == expert.tensor(entry.name)) }
      }

      let evaluation = try ProgramRun.adarank(["evaluate", "\(folder.path)/one", recipe, "--json"], ranks: 2)
      try #require(evaluation.status == 0, "\(evaluation.errors)")
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
      let tasks = try #require(report["tasks"] as? [[String: Any]])
      #expect(tasks.map { $0["accuracy"] as? Double } == merged.tasks.map { $0["accuracy"] as? Double })
    }

    @Test func aHeadThatIsMissingIsNamed() throws {
      var collection = FixtureCollection(fixture: "bert", "adarank")
      collection.replaced["beta.model"] = try editedSafetensors(
        "\(collection.model("beta"))/model.safetensors", in: folder, as: "body.safetensors"
      ) { $0.removeAll { $0.description.name.hasPrefix("classifier") } }
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/out"])
      #expect(run.status == 2)
      let message = "body.safetensors has no 'classifier.weight': was it saved without its classifier? 'head' may name"
      #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func inspectDescribesTheEncoder() throws {
      let run = try ProgramRun.adarank(["inspect", FixtureCollection(fixture: "roberta").base])
      #expect(run.output.hasPrefix("roberta text encoder: 2 layers, width 32, 4 heads"), "\(run.output)")
    }
  }
}
