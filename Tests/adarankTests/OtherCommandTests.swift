import Foundation
import Testing

extension ProgramTests {
  @Suite struct OtherCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: [
      "merge", "plan", "evaluate", "compare", "report", "inspect", "cache", "order", "sortnet", "ranks", "doctor",
    ])
    func explainsItself(command: String) throws {
      for ranks in [nil, 2] {
        let run = try ProgramRun.adarank([command, "--help"], ranks: ranks)
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output.components(separatedBy: "USAGE: adarank \(command)").count == 2)
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
      }
      #expect(try ProgramRun.adarank(["--help"]).output.contains("\n  \(command) "))
    }

    @Test func tellsItsVersion() throws {
      let run = try ProgramRun.adarank(["--version"])
      #expect(run.status == 0)
      #expect(run.output.wholeMatch(of: /adarank \d+\.\d+\.\d+\n/) != nil, "\(run.output)")
    }

    @Test(arguments: [("clip", "Hugging Face"), ("openclip", "OpenCLIP")])
    func inspectsAModel(fixture: String, names: String) throws {
      let collection = FixtureCollection(fixture: fixture)
      let run = try ProgramRun.adarank(["inspect", collection.base])
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("CLIP vision tower (\(names) names): 2 layers, width 32, 4 heads"))
      let file = try ProgramRun.adarank(["inspect", collection.head("beta")])
      let lines = file.output.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
      #expect(lines.contains(["weight", "F32", "[7,", "20]", "560", "B"]), "\(file.output)")
      #expect(file.output.hasSuffix("\n2 tensors, 147 elements, 588 B in 1 file\n"))
    }

    @Test func comparesResults() throws {
      let recipe = try folder.write(FixtureCollection("average").yaml, as: "recipe.yaml")
      let out = "\(folder.path)/merged=1"
      #expect(try ProgramRun.adarank(["merge", recipe, out]).status == 0)
      let base = try ProgramRun.adarank(["evaluate", FixtureCollection().base, recipe, "--json"])
      let json = try folder.write(base.output, as: "base.json")
      let run = try ProgramRun.adarank(["compare", "the base=\(json)", out, "again=\(out)/report.json"])
      #expect(run.status == 0, "\(run.errors)")
      let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      try #require(lines.count == 5, "\(run.output)")
      #expect(lines[0] == ["accuracy", "%", "alpha", "beta", "gamma", "average"])
      #expect(lines[2].prefix(2) == ["the", "base"])
      let report = try MergedOutput(out)
      let percents = (report.tasks.map { $0["accuracy"] } + [report.report["average_accuracy"]])
        .map { String(format: "%.1f", 100 * ($0 as? Double ?? -1)) }
      #expect(lines[3] == ["merged=1"] + percents)
      #expect(lines[4] == ["again"] + percents)
      let markdown = try ProgramRun.adarank(["compare", "--markdown", out])
      #expect(markdown.output.hasPrefix("| accuracy % | alpha | beta | gamma | average |\n| --- | ---: |"))
    }

    @Test func saysOnceWhatNeedsNoRanks() throws {
      let json = try folder.write(
        #"{"tasks": [{"name": "a", "accuracy": 0.5}], "average_accuracy": 0.5}"#, as: "result.json")
      for arguments in [["inspect", FixtureCollection().head("beta")], ["compare", json]] {
        let alone = try ProgramRun.adarank(arguments)
        #expect(alone.output != "")
        #expect(try ProgramRun.adarank(arguments, ranks: 2).output == alone.output)
      }
    }

    @Test func plansFromHeadersAlone() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["plan", recipe, "--ranks", "3", "--json"])
      #expect(run.status == 0, "\(run.errors)")
      let plan = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
      #expect(plan?["tasks"] as? Int == 3)
      let ranks = try #require(plan?["per_rank"] as? [[String: Any]])
      #expect(ranks.count == 3)
      #expect(ranks.allSatisfy { ($0["memory"] as? [String: Any])?["weights"] as? Int ?? 0 > 0 })
      let text = try ProgramRun.adarank(["plan", recipe, "--ranks", "3"]).output
      #expect(text.hasPrefix("adarank: 3 tasks, "), "\(text)")
      #expect(
        text.split(separator: "\n").count { $0.hasPrefix("0  ") || $0.hasPrefix("1  ") || $0.hasPrefix("2  ") } == 3)
      let wrong = try ProgramRun.adarank(["plan", "\(folder.path)/none.yaml"])
      #expect(wrong.status == 2 && wrong.complaints.count == 1, "\(wrong.errors)")
    }

    private func plan(_ yaml: String) throws -> (json: [String: Any], text: String) {
      let recipe = try folder.write(yaml, as: "recipe.yaml")
      let json = try ProgramRun.adarank(["plan", recipe, "--ranks", "2", "--json"])
      try #require(json.status == 0, "\(json.errors)")
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      return (try #require(object), try ProgramRun.adarank(["plan", recipe, "--ranks", "2"]).output)
    }

    private func memory(_ plan: [String: Any], _ key: String) throws -> [Int] {
      let ranks = try #require(plan["per_rank"] as? [[String: Any]])
      return ranks.map { ($0["memory"] as? [String: Any])?[key] as? Int ?? -1 }
    }

    /// Texts in a table are read for a plan: it is the one that their tokens give.
    @Test func plansForTables() throws {
      let base = "\(folder.path)/base"
      try FileManager.default.copyItem(atPath: FixtureCollection(fixture: "bert").base, toPath: base)
      let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<97).map { "w\($0)" }
      try folder.write(words.joined(separator: "\n") + "\n", as: "base/vocab.txt")
      func yaml(_ length: Int) throws -> String {
        let sentence = (0..<length).map { "w\(5 + $0)" }.joined(separator: " ")
        let table = try folder.write(
          "sentence\tlabel\n" + (0..<24).map { "\(sentence)\t\($0 % 3)\n" }.joined(), as: "\(length).tsv")
        var collection = FixtureCollection(fixture: "bert", "adarank")
        collection.parameters = ["merge_coefficient: 0.3", "batch_size: 16"]
        collection.replaced["base"] = base
        for task in FixtureCollection.tasks { collection.replaced["\(task).inputs"] = table }
        return collection.yaml
      }
      let (short, long) = (try plan(yaml(3)), try plan(yaml(13)))
      #expect(short.json["tasks"] as? Int == 3 && short.text.hasPrefix("adarank: 3 tasks, "))
      // Lanes of at least 200 tokens: of 48 texts of 5 tokens there is one, of 15 tokens there are more.
      #expect(short.json["lanes"] as? Int == 1)
      #expect(long.json["lanes"] as? Int == 2)
      #expect(try memory(long.json, "activations").reduce(0, +) > 2 * memory(short.json, "activations").reduce(0, +))
      #expect(try memory(short.json, "search") == [0, 0])

      let wrong = try yaml(3)
      try folder.write("sentence\tlabel\nw5\t0\nw5\t9\n", as: "3.tsv")
      let run = try ProgramRun.adarank(["plan", try folder.write(wrong, as: "wrong.yaml")])
      #expect(run.status == 2)
      #expect(run.errors.contains("3.tsv: the label of line 3 is 9, but the head has 3 classes"), "\(run.errors)")
    }

    /// Pictures are not decoded for a plan, and what a search takes stands in it.
    @Test func plansForPicturesAndSearches() throws {
      let pictures = "\(folder.path)/pictures"
      for name in ["a", "b", "c"] {
        try folder.write("no picture", as: "pictures/\(name)/x.png")
      }
      var collection = FixtureCollection("adarank")
      let given = try plan(collection.yaml)
      collection.replaced["gamma.inputs"] = pictures
      #expect(try plan(collection.yaml).json["per_rank"] as? NSArray == given.json["per_rank"] as? NSArray)

      collection.parameters[0] = "merge_coefficient: auto"
      let searching = try plan(collection.yaml)
      #expect(try memory(given.json, "search") == [0, 0])
      #expect(try zip(memory(searching.json, "search"), memory(given.json, "weights")).allSatisfy { $0 > $1 })
      #expect(searching.text.hasPrefix("adarank: 3 tasks, "))
      collection.method = "tsv_m"
      collection.parameters = ["merge_coefficient: auto"]
      let statics = try plan(collection.yaml)
      #expect(statics.json["merge_method"] as? String == "tsv_m" && statics.json["steps"] as? Int == 0)
    }

    /// What one merge factors the next one maps: the same bytes, fewer operations; and the cache can be listed and cleaned.
    @Test func aSecondMergeFactorsNothing() throws {
      let recipe = try folder.write(FixtureCollection("cart").yaml, as: "recipe.yaml")
      let cache = "\(folder.path)/cache"
      func merge(_ out: String) throws -> MergedOutput {
        let arguments = ["merge", recipe, "\(folder.path)/\(out)", "--set", "scratch_dir=\(cache)"]
        let run = try ProgramRun.adarank(arguments, ranks: 2)
        #expect(run.status == 0, "\(run.errors)")
        return try MergedOutput("\(folder.path)/\(out)")
      }
      func operations(_ output: MergedOutput) -> Int {
        (output.report["per_rank"] as? [[String: Any]] ?? []).reduce(0) { $0 + ($1["operations"] as? Int ?? 0) }
      }
      let (first, second) = (try merge("first"), try merge("second"))
      #expect(first.report["weights_sha256"] as? String == second.report["weights_sha256"] as? String)
      // 6·m·n·r + 11·r³ for three tasks of two layers: four matrices [32, 32] and two of [80, 32].
      let cube = 32 * 32 * 32
      #expect(operations(first) - operations(second) == 3 * 2 * (4 * 17 * cube + 2 * (6 * 80 * 32 * 32 + 11 * cube)))

      let listed = try ProgramRun.adarank(["cache", "--folder", cache, "--verbose"])
      #expect(listed.status == 0, "\(listed.errors)")
      // Three tasks of the masked matrices of two layers.
      #expect(listed.output.hasPrefix("\(cache): 36 decompositions, "), "\(listed.output)")
      #expect(listed.output.contains("the task vector of vision_model.encoder.layers.1.mlp.fc2.weight, model gamma"))
      let cleaned = try ProgramRun.adarank(["cache", "--folder", cache, "--clean", "0"])
      #expect(cleaned.output.hasPrefix("removed 36 decompositions, "), "\(cleaned.output)")
      #expect(cleaned.output.hasSuffix("\(cache): nothing\n"), "\(cleaned.output)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: cache) == [])
    }

    @Test(arguments: [nil, 2])
    func examinesTheMachine(ranks: Int?) throws {
      let run = try ProgramRun.adarank(["doctor", "--threads", "1"], ranks: ranks)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("\n\(ranks == nil ? "1 rank on 1 node" : "2 ranks on 1 node")\n"))
      let rows = run.output.split(separator: "\n").filter { $0.wholeMatch(of: /\d+ .* 1 .*B/) != nil }
      #expect(rows.count == ranks ?? 1, "\(run.output)")
    }
  }
}
