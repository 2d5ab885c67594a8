import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  @Suite struct EvaluateCommandTests {
    let folder: ScratchFolder
    let collection = FixtureCollection("average")
    let recipe: String

    init() throws {
      folder = try ScratchFolder()
      recipe = try folder.write(collection.yaml, as: "recipe.yaml")
    }

    struct Report {
      let accuracies: [Double]
      let average: Double

      init(_ json: String) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let tasks = try #require(object["tasks"] as? [[String: Any]])
        #expect(tasks.map { $0["name"] as? String } == FixtureCollection.tasks)
        #expect(tasks.map { $0["inputs"] as? Int } == [24, 24, 24])
        accuracies = tasks.compactMap { $0["accuracy"] as? Double }
        average = try #require(object["average_accuracy"] as? Double)
      }
    }

    /// The shares of the fixtures' inputs that an independent implementation's scores classify rightly.
    func golden(_ file: String, _ name: String) throws -> [Double] {
      let golden = try SafetensorsFile(path: FixtureCollection.path("clip/golden/\(file).safetensors"))
      return try FixtureCollection.tasks.map { task in
        let scores = try golden.tensor("\(task).\(name)")
        let classes = scores.shape[1]
        let labels = try SafetensorsFile(path: collection.inputs(task)).readIntegers("labels", elements: 0..<24)
        let right = labels.enumerated().count { row, label in
          let own = scores.elements[row * classes..<(row + 1) * classes]
          return own.indices.max { own[$0] < own[$1] }! - own.startIndex == label
        }
        return Double(right) / 24
      }
    }

    @Test(arguments: [nil, 2, 3])
    func measuresTheBase(ranks: Int?) throws {
      let run = try ProgramRun.adarank(["evaluate", collection.base, recipe, "--json"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      let report = try Report(run.output)
      #expect(report.accuracies == (try golden("forward_base", "logits")))
      #expect(abs(report.average - report.accuracies.reduce(0, +) / 3) < 1e-12)
    }

    @Test(arguments: [nil, 2])
    func measuresEachModelOnItsOwnTask(ranks: Int?) throws {
      let run = try ProgramRun.adarank(["evaluate", "--each", recipe, "--json"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      #expect(try Report(run.output).accuracies == (try golden("experts", "probabilities")))
    }

    @Test(arguments: [[], ["--json"]]) func withoutLabelledInputsThereIsNothingToMeasure(options: [String]) throws {
      let lines = collection.yaml.split(separator: "\n").filter { !$0.contains("evaluate:") }
      let recipe = try folder.write(lines.joined(separator: "\n"), as: "unlabelled.yaml")
      for arguments in [["--each", recipe], [collection.base, recipe]] {
        let run = try ProgramRun.adarank(["evaluate"] + arguments + options, ranks: 2)
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.complaints == ["adarank: no model of the recipe has labelled inputs ('evaluate')"])
        #expect(run.output == "")
      }
    }

    @Test func printsATable() throws {
      let run = try ProgramRun.adarank(["evaluate", collection.base, recipe])
      let accuracies = try golden("forward_base", "logits")
      let percents = (accuracies + [accuracies.reduce(0, +) / 3]).map { String(format: "%.1f", 100 * $0) }
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 6)
      for (name, percent) in zip(FixtureCollection.tasks + ["average"], percents) {
        #expect(lines.contains { $0.hasPrefix(name) && $0.hasSuffix(" \(percent)") }, "\(run.output)")
      }
    }

    @Test func agreesWithTheMergesOwnReport() throws {
      let out = "\(folder.path)/merged"
      #expect(try ProgramRun.adarank(["merge", recipe, out], ranks: 2).status == 0)
      let run = try ProgramRun.adarank(["evaluate", out, recipe, "--json"])
      let merged = try MergedOutput(out)
      #expect(try Report(run.output).accuracies == merged.tasks.map { $0["accuracy"] as? Double })
    }

    @Test func prefersTheHeadsOfTheModel() throws {
      let out = "\(folder.path)/merged"
      #expect(try ProgramRun.adarank(["merge", recipe, out]).status == 0)
      let before = try Report(ProgramRun.adarank(["evaluate", out, recipe, "--json"]).output)
      // A head that always answers the last class.
      let head = try editedSafetensors(
        "\(out)/heads/gamma.safetensors", in: folder, as: "merged/heads/gamma.safetensors"
      ) {
        tensors in
        tensors = [
          NamedTensor(name: "weight", elementType: .f32, shape: [3, 20], bytes: [UInt8](repeating: 0, count: 240)),
          NamedTensor(name: "bias", elementType: .f32, shape: [3], bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F]),
        ]
      }
      #expect(head == "\(out)/heads/gamma.safetensors")
      let after = try Report(ProgramRun.adarank(["evaluate", out, recipe, "--json"]).output)
      let labels = try SafetensorsFile(path: collection.inputs("gamma")).readIntegers("labels", elements: 0..<24)
      #expect(after.accuracies[..<2] == before.accuracies[..<2])
      #expect(after.accuracies[2] == Double(labels.count { $0 == 2 }) / 24)
    }
  }
}
