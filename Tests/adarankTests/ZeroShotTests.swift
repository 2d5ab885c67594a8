import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing

extension ProgramTests {
  /// Heads that class names make, against those of transformers in double precision; `make.py` beside the fixtures makes
  /// them, and the model.
  @Suite struct ZeroShotTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private static let classes = ["annual crop land", "forest", "a brushland or shrubland", "Highway, or road", "café"]
    private static let templates = ["a photo of a {}.", "a centered satellite photo of {}.", "{}"]

    /// - Parameter lines: of the first task.
    private func recipe(_ base: String, _ lines: [String]) -> String {
      let model = Fixtures.path("zeroshot/\(base)")
      return """
        merge_method: average
        base_model: \(model)
        models:
          - model: \(model)
            task: land
            \(lines.joined(separator: "\n    "))
          - model: \(model)
            task: other

        """
    }

    @Test(arguments: [("base", nil), ("base", 2), ("openclip", nil), ("openclip", 3)] as [(String, Int?)])
    func headsAreThoseOfTransformers(_ base: String, ranks: Int?) throws {
      try folder.write(Self.classes.joined(separator: "\n") + "\n", as: "classes.txt")
      let text = recipe(base, ["classes: classes.txt", "templates: \(Self.templates)"])
      let out = "\(folder.path)/out"
      let run = try ProgramRun.adarank(["merge", try folder.write(text, as: "recipe.yaml"), out], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      let made = try SafetensorsFile(path: "\(out)/heads/land.safetensors").tensor("weight")
      let wanted = try SafetensorsFile(path: Fixtures.path("zeroshot/head.safetensors")).tensor("weight")
      #expect(made.shape == wanted.shape)
      let largest = wanted.elements.map(abs).max()!
      for (a, b) in zip(made.elements, wanted.elements) { #expect(abs(a - b) <= 2e-5 * largest) }
      #expect(!FileManager.default.fileExists(atPath: "\(out)/heads/other.safetensors"))

      // The recipe as run holds the names, wherever they came from.
      let again = "\(folder.path)/again"
      let second = try ProgramRun.adarank(["merge", "\(out)/recipe.yaml", again])
      try #require(second.status == 0, "\(second.errors)")
      #expect(try SafetensorsFile(path: "\(again)/heads/land.safetensors").tensor("weight") == made)
    }

    /// What class names make is where learning begins; what it comes to goes into the folder, and is used from there.
    @Test func headsThatClassNamesMakeCanBeLearnt() throws {
      let collection = try ZeroShotCollection(in: folder)
      let parameters = [
        "merge_coefficient: 0.5", "learn: [masks, coefficients, heads]", "objective: self_label", "steps: 6",
        "batch_size: 5", "learning_rate: 0.05", "lanes: 4",
      ]
      let recipe = try folder.write(collection.yaml("adarank", parameters), as: "recipe.yaml")
      func merge(_ recipe: String, _ name: String, ranks: Int?) throws -> MergedOutput {
        let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"], ranks: ranks)
        try #require(run.status == 0, "\(run.errors)")
        return try MergedOutput("\(folder.path)/\(name)")
      }
      func head(_ name: String, _ task: String) throws -> Tensor {
        try SafetensorsFile(path: "\(folder.path)/\(name)/heads/\(task).safetensors").tensor("weight")
      }
      let one = try merge(recipe, "one", ranks: nil)
      let two = try merge(recipe, "two", ranks: 2)
      #expect(two.weightsSha256 == one.weightsSha256)
      _ = try merge(folder.write(collection.yaml("average"), as: "average.yaml"), "average", ranks: nil)
      for task in ZeroShotCollection.tasks {
        let (learnt, made) = (try head("one", task), try head("average", task))
        #expect(try head("two", task) == learnt)
        #expect(learnt.shape == [ZeroShotCollection.classes[task]!.count, 6] && learnt.shape == made.shape)
        let steps = zip(learnt.elements, made.elements).map { abs($0 - $1) }
        // Adam moves a weight by about the learning rate in a step.
        #expect(steps.max()! > 0.05 && steps.max()! < 6 * 0.06, "\(task): \(steps)")
      }
      for model in ["one", "two"] {
        let run = try ProgramRun.adarank(["evaluate", "\(folder.path)/\(model)", recipe, "--json"], ranks: 2)
        try #require(run.status == 0, "\(run.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let tasks = try #require(report["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["accuracy"] as? Double } == one.tasks.map { $0["accuracy"] as? Double })
      }
    }

    @Test func whatMakesNoHeadIsNamed() throws {
      let cases: [([String], String)] = [
        (["classes: [a, b]", "head: x.safetensors"], "classes makes a head, and head names one; remove one of them"),
        (["classes: [a]"], "classes must name at least two classes, got 1"),
        (
          ["classes: [a, b]", "templates: [a photo]"],
          "the template 'a photo' has no {}, where the name of a class goes"
        ),
        (["templates: ['{}']"], "templates are for class names: classes is missing"),
        (["classes: nowhere.txt"], "nowhere.txt"),
      ]
      for (lines, message) in cases {
        let path = try folder.write(recipe("base", lines), as: "recipe.yaml")
        let run = try ProgramRun.adarank(["merge", path, "\(folder.path)/out"])
        #expect(run.status == 2)
        #expect(run.errors.contains(message), "\(run.errors)")
      }
    }

    @Test func aTowerWithoutTextsIsNamed() throws {
      var text = FixtureCollection("average").yaml
      text = text.replacing("head: \(FixtureCollection("average").head("alpha"))", with: "classes: [a, b, c, d, e]")
      let run = try ProgramRun.adarank(["merge", try folder.write(text, as: "recipe.yaml"), "\(folder.path)/out"])
      #expect(run.status == 2)
      #expect(run.errors.contains("only a whole CLIP model (model_type clip) has a text tower"), "\(run.errors)")
    }
  }
}
