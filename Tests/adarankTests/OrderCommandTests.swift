import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  /// Orders of components: learnt from finished merges, held against another, and put to work.
  @Suite struct OrderCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// Merges far enough for some components to be pruned.
    func merge(_ name: String, fixture: String = "clip", _ parameters: [String] = []) throws -> MergedOutput {
      var collection = FixtureCollection(fixture: fixture, "adarank")
      collection.set(["steps: 12", "learning_rate: 0.02"] + parameters)
      let recipe = try folder.write(collection.yaml, as: "\(name).yaml")
      let run = try ProgramRun.adarank(["merge", recipe, path(name)], ranks: 2)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput(path(name))
    }

    @Test func anOrderIsLearntCheckedAndBegunWith() throws {
      let (first, second) = (try merge("first"), try merge("second", ["objective: self_label"]))
      for merged in [first, second] {
        let components = try #require(merged.report["components"] as? [String: Int])
        try #require(components["kept"]! > 0 && components["kept"]! < components["total"]!)
        let table = try SafetensorsFile(path: "\(merged.path)/components.safetensors")
        let kept = try table.entries.filter { $0.name.hasPrefix("kept.") }
          .reduce(0) { $0 + (try table.readIntegers($1.name, elements: 0..<$1.elementCount)).reduce(0, +) }
        #expect(kept == components["kept"])
      }
      let train = try ProgramRun.adarank(["order", "train", path("first"), "--out", path("order.safetensors")])
      #expect(train.status == 0, "\(train.errors)")
      #expect(train.output.hasPrefix("\(path("order.safetensors")): learnt from 1152 components of 1 merge, "))

      let check = try ProgramRun.adarank([
        "order", "check", path("second"), "--with", path("order.safetensors"), "--beside", path("second"), "--json",
      ])
      #expect(check.status == 0, "\(check.errors)")
      let rows = try #require(
        try JSONSerialization.jsonObject(with: Data(check.output.utf8)) as? [[String: Any]])
      #expect(
        rows.map { $0["order"] as? String } == [
          "learnt order", "singular value", "relative singular value", "the other merge", "chance",
        ])
      #expect(rows.allSatisfy { (0...1).contains($0["kept"] as? Double ?? -1) })
      #expect(rows[3]["kept"] as? Double == 1 && rows[3]["pruned"] as? Double == 1)

      let recipe = path("second.yaml")
      var priors: [Data] = []
      for ranks in [1, 3] {
        let predict = try ProgramRun.adarank(
          ["order", "predict", recipe, path("prior"), "--with", path("order.safetensors"), "--overwrite"], ranks: ranks)
        try #require(predict.status == 0, "\(predict.errors)")
        priors.append(try #require(FileManager.default.contents(atPath: path("prior"))))
        #expect(predict.output.contains("of 1152 components kept; begin with it by initial_state"))
      }
      #expect(priors[0] == priors[1])
      let run = try ProgramRun.adarank(
        ["merge", recipe, path("begun"), "--set", "initial_state=\(path("prior"))", "--set", "steps=0"])
      #expect(run.status == 0, "\(run.errors)")
      let begun = try #require(MergedOutput(path("begun")).report["components"] as? [String: Int])
      let share = Double(begun["kept"]!) / 1_152
      let learnt = Double((first.report["components"] as! [String: Int])["kept"]!) / 1_152
      #expect(abs(share - learnt) < 1e-3)
      // It did not begin with what the recipe says of kept fractions.
      #expect(begun["flipped"] == 0)
    }

    @Test func whatIsWrongIsSaidBeforeWorkStarts() throws {
      let recipe = try folder.write(FixtureCollection("average").yaml, as: "average.yaml")
      try folder.write("text", as: "text")
      for (arguments, complaint) in [
        (["order", "train", path("no"), path("text"), "--out", path("o")], "no"),
        (["order", "train", path("no"), "--out", path("text")], "text: exists already"),
        (["order", "check", path("no"), "--with", path("text")], "text"),
        (["order", "predict", recipe, path("o"), "--with", path("text")], "only adarank has masks"),
      ] {
        let run = try ProgramRun.adarank(arguments)
        #expect(run.status == 2, "\(arguments)")
        #expect(run.errors.contains(complaint), "\(run.errors)")
        #expect(!FileManager.default.fileExists(atPath: path("o")))
      }
    }
  }
}
