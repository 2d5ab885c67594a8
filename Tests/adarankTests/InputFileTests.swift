import Checkpoints
import Foundation
import LinearAlgebra
import Pictures
import TestSupport
import Testing

extension ProgramTests {
  /// Texts in tables and pictures in folders give the bytes that tokens and pixels in safetensors give.
  @Suite struct InputFileTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func merge(_ collection: FixtureCollection, base: String, _ name: String, ranks: Int?) throws
      -> MergedOutput
    {
      let text = collection.yaml.replacing("base_model: \(collection.base)", with: "base_model: \(base)")
      let recipe = try folder.write(text, as: "\(name).yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput("\(folder.path)/\(name)")
    }

    // MARK: Texts

    /// A base with a vocabulary of as many words as its table has rows.
    private func textBase(words: Int = 97) throws -> String {
      let base = "\(folder.path)/base"
      try? FileManager.default.removeItem(atPath: base)
      try FileManager.default.copyItem(atPath: FixtureCollection(fixture: "bert").base, toPath: base)
      let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (5..<words).map { "w\($0)" }
      try folder.write(vocabulary.joined(separator: "\n") + "\n", as: "base/vocab.txt")
      return base
    }

    private func sentence(_ seed: Int) -> [Int] { (0..<3 + seed % 5).map { 5 + (seed * 31 + $0 * 17) % 92 } }

    private func collection(_ inputs: String) -> FixtureCollection {
      var collection = FixtureCollection(fixture: "bert", "adarank")
      for task in FixtureCollection.tasks { collection.replaced["\(task).inputs"] = inputs }
      return collection
    }

    private func words(_ sentence: [Int]) -> String { sentence.map { "W\($0)" }.joined(separator: " ") }

    @Test func tablesAreTokenizedAsTheirTokensAre() throws {
      let base = try textBase()
      let pairs = (0..<24).map { (sentence($0), sentence($0 + 40), $0 % 3) }
      let length = 24
      var (ids, mask, types): ([Int], [Int], [Int]) = ([], [], [])
      for (first, second, _) in pairs {
        let tokens = [2] + first + [3] + second + [3]
        let gap = [Int](repeating: 0, count: length - tokens.count)
        ids += tokens + gap
        mask += tokens.map { _ in 1 } + gap
        types += [Int](repeating: 0, count: first.count + 2) + [Int](repeating: 1, count: second.count + 1) + gap
      }
      let tokens = "\(folder.path)/inputs.safetensors"
      try SafetensorsWriter.writeFile(
        tokens,
        tensors: [("input_ids", ids), ("attention_mask", mask), ("token_type_ids", types)].map {
          NamedTensor(name: $0.0, integers: $0.1.map { Int64($0) }, shape: [24, length])
        } + [NamedTensor(name: "labels", integers: pairs.map { Int64($0.2) }, shape: [24])])
      let tsv = try folder.write(
        "idx\tsentence1\tsentence2\tlabel\n"
          + pairs.enumerated().map { "\($0)\t\(words($1.0))\t\(words($1.1))\t\($1.2)\n" }.joined(), as: "inputs.tsv")
      let jsonl = try folder.write(
        pairs.map {
          #"{"label": "LABEL_\#($0.2)", "sentence1": "\#(words($0.0))", "sentence2": "\#(words($0.1))"}"# + "\n"
        }.joined(), as: "inputs.jsonl")
      let golden = try merge(collection(tokens), base: base, "tokens", ranks: nil)
      for (name, path, ranks) in [("tsv", tsv, nil), ("jsonl", jsonl, 2)] as [(String, String, Int?)] {
        let merged = try merge(collection(path), base: base, name, ranks: ranks)
        #expect(merged.weightsSha256 == golden.weightsSha256)
        #expect(merged.tasks.map { $0["accuracy"] as? Double } == golden.tasks.map { $0["accuracy"] as? Double })
      }
    }

    @Test func metricsAreReported() throws {
      let base = try textBase()
      let rows = (0..<24).map { "\(words(sentence($0)))\t\($0 % 2)\n" }.joined()
      let tsv = try folder.write("sentence\tlabel\n" + rows, as: "inputs.tsv")
      let collection = collection(tsv)
      let head = "\(folder.path)/head.safetensors"
      let weight = Tensor(shape: [2, 32], elements: (0..<64).map { Float($0 * 37 % 64) / 32 - 1 })
      try SafetensorsWriter.writeFile(head, tensors: [NamedTensor(name: "classifier.weight", tensor: weight)])
      let text = collection.yaml.replacing("base_model: \(collection.base)", with: "base_model: \(base)")
        .replacing("task: alpha\n", with: "task: alpha\n    metric: f1\n    head: \(head)\n")
        .replacing("task: beta\n", with: "task: beta\n    metric: matthews\n")
      let recipe = try folder.write(text, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["evaluate", "--each", recipe, "--json"], ranks: 2)
      try #require(run.status == 0, "\(run.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
      let tasks = try #require(report["tasks"] as? [[String: Any]])
      #expect(tasks.map { $0["metric"] as? String } == ["f1", "matthews", nil])
      #expect(tasks.map { $0["score"] is Double } == [true, true, false])
      let table = try ProgramRun.adarank(["evaluate", "--each", recipe])
      #expect(table.output.contains("(f1)") && table.output.contains("(matthews)"), "\(table.output)")

      // Of a head with other classes the metric says nothing.
      let wrong = try folder.write(text.replacing("metric: matthews", with: "metric: f1"), as: "wrong.yaml")
      for arguments in [["evaluate", "--each", wrong], ["merge", wrong, "\(folder.path)/out"]] {
        let run = try ProgramRun.adarank(arguments, ranks: 2)
        #expect(run.status == 2)
        let message = "task beta: metric f1 is for 2 classes, but the head has 7; matthews is for any number"
        #expect(run.errors.components(separatedBy: message).count == 2, "\(run.errors)")
      }
    }

    /// Tokens of sentences with what stands around them, in a safetensors file.
    private func tokens(_ sentences: [[Int]], labels: [Int]) throws -> String {
      let rows = sentences.map { [2] + $0 + [3] }
      let length = rows.map(\.count).max()!
      let padded = rows.flatMap { $0 + [Int](repeating: 0, count: length - $0.count) }
      let mask = rows.flatMap { $0.map { _ in 1 } + [Int](repeating: 0, count: length - $0.count) }
      let path = "\(folder.path)/tokens.safetensors"
      try SafetensorsWriter.writeFile(
        path,
        tensors: [("input_ids", padded), ("attention_mask", mask)].map {
          NamedTensor(name: $0.0, integers: $0.1.map { Int64($0) }, shape: [rows.count, length])
        } + [NamedTensor(name: "labels", integers: labels.map { Int64($0) }, shape: [rows.count])])
      return path
    }

    private func table(_ sentences: [[Int]], labels: [String], as name: String = "inputs.tsv") throws -> String {
      let rows = zip(sentences, labels).map { "\(words($0))\t\($1)\n" }.joined()
      return try folder.write("sentence\tlabel\n" + rows, as: name)
    }

    @Test func longTextsAreCut() throws {
      let base = try textBase()
      let (sentences, labels) = ((0..<24).map(sentence), (0..<24).map { $0 % 3 })
      #expect(sentences.contains { $0.count > 4 } && sentences.contains { $0.count < 4 })
      var cut = collection(try table(sentences, labels: labels.map { "\($0)" }))
      cut.settings = ["max_tokens: 6"]
      let merged = try merge(cut, base: base, "cut", ranks: 2)
      let golden = try merge(
        collection(try tokens(sentences.map { Array($0.prefix(4)) }, labels: labels)), base: base, "golden", ranks: nil)
      #expect(merged.weightsSha256 == golden.weightsSha256)
      #expect(merged.tasks.map { $0["accuracy"] as? Double } == golden.tasks.map { $0["accuracy"] as? Double })
      cut.settings = []
      #expect(try merge(cut, base: base, "whole", ranks: nil).weightsSha256 != golden.weightsSha256)

      cut.settings = ["max_tokens: 2"]
      let text = cut.yaml.replacing("base_model: \(cut.base)", with: "base_model: \(base)")
      let run = try ProgramRun.adarank(["merge", try folder.write(text, as: "few.yaml"), "\(folder.path)/few"])
      #expect(run.status == 2)
      #expect(run.errors.contains("texts of at most 2 tokens leave no room for words; max_tokens must be 3 or more"))
    }

    /// A base without a tokenizer has the fine-tuned models' tokenize, each its own task's texts.
    @Test func tokenizersMayBeTheModels() throws {
      let whole = try textBase()
      let bare = FixtureCollection(fixture: "bert").base
      var collection = collection(try table((0..<24).map(sentence), labels: (0..<24).map { "\($0 % 3)" }))
      let golden = try merge(collection, base: whole, "golden", ranks: nil)
      for task in FixtureCollection.tasks {
        let model = "\(folder.path)/models/\(task)"
        try FileManager.default.createDirectory(atPath: "\(folder.path)/models", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: FixtureCollection(fixture: "bert").model(task), toPath: model)
        try FileManager.default.copyItem(atPath: "\(whole)/vocab.txt", toPath: "\(model)/vocab.txt")
        collection.replaced["\(task).model"] = model
      }
      #expect(try merge(collection, base: bare, "own", ranks: 2).weightsSha256 == golden.weightsSha256)

      try FileManager.default.removeItem(atPath: "\(folder.path)/models/beta/vocab.txt")
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/out"], ranks: 2)
      #expect(run.status == 2)
      #expect(run.complaints.count == 1 && run.errors.contains(bare), "\(run.errors)")
    }

    /// Names go before numbers: where classes are called 1, 2 and 3, a label 1 is the first of them.
    @Test func labelsMayBeNamesThatAreNumbers() throws {
      let base = try textBase()
      let sentences = (0..<24).map(sentence)
      var collection = collection(try table(sentences, labels: (0..<24).map { "\($0 % 3)" }))
      let golden = try merge(collection, base: base, "golden", ranks: nil)
      #expect((golden.report["notes"] as? [String])?.contains { $0.contains("names of classes") } == false)
      for task in FixtureCollection.tasks {
        let model = "\(folder.path)/stars/\(task)"
        try FileManager.default.createDirectory(atPath: "\(folder.path)/stars", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: FixtureCollection(fixture: "bert").model(task), toPath: model)
        try folder.write(#"{"label2id": {"1": 0, "2": 1, "3": 2}}"#, as: "stars/\(task)/config.json")
        collection.replaced["\(task).model"] = model
        collection.replaced["\(task).inputs"] = try table(
          sentences, labels: (0..<24).map { "\($0 % 3 + 1)" }, as: "stars.tsv")
      }
      let merged = try merge(collection, base: base, "numbers", ranks: 2)
      #expect(merged.tasks.map { $0["accuracy"] as? Double } == golden.tasks.map { $0["accuracy"] as? Double })
      let note = "stars.tsv: labels are taken for the names of classes, not for their numbers, because these names are"
      #expect((merged.report["notes"] as? [String])?.count { $0.contains(note) } == 1)

      // 0 is the number of a class, but no name: then it means nothing.
      _ = try table(sentences, labels: (0..<24).map { "\($0 % 3)" }, as: "stars.tsv")
      let text = collection.yaml.replacing("base_model: \(collection.base)", with: "base_model: \(base)")
      let recipe = try folder.write(text, as: "recipe.yaml")
      for arguments in [["merge", recipe, "\(folder.path)/out"], ["evaluate", "--each", recipe]] {
        let run = try ProgramRun.adarank(arguments, ranks: 3)
        #expect(run.status == 2)
        let message = "stars.tsv: the label of line 2 is '0', which is none of the names of the model's classes"
        #expect(run.errors.components(separatedBy: message).count == 2, "\(run.errors)")
      }
    }

    /// What is wrong in the midst of a table is found, whichever rank reads it.
    @Test(arguments: [1, 3]) func rowsAreSharedOutAndCheckedOnce(ranks: Int) throws {
      let base = try textBase()
      var labels = (0..<300).map { "\($0 % 3)" }
      (labels[70], labels[250]) = ("7", "x")
      let path = try table((0..<300).map(sentence), labels: labels)
      let whole = try String(contentsOfFile: path, encoding: .utf8)
      try folder.write(whole + "w5\n", as: "inputs.tsv")
      let collection = collection(path)
      let text = collection.yaml.replacing("base_model: \(collection.base)", with: "base_model: \(base)")
      let recipe = try folder.write(text, as: "recipe.yaml")
      for arguments in [["merge", recipe, "\(folder.path)/out"], ["evaluate", base, recipe]] {
        let run = try ProgramRun.adarank(arguments, ranks: ranks)
        #expect(run.status == 2)
        for message in [
          "the label of line 72 is 7, but the head has 3 classes (0 to 2)",
          "the label of line 252 is 'x', which is no whole number",
          "line 302 has 1 fields, but the first line names 2 columns",
        ] { #expect(run.errors.components(separatedBy: message).count == 2, "\(run.errors)") }
      }
    }

    @Test func wrongTablesAreNamedBeforeWorkStarts() throws {
      let cases: [(text: String, words: Int, message: String)] = [
        ("a\tlabel\nw5\t0\n", 97, "has no column with a usual name for texts, but 'a', 'label'"),
        ("sentence\tlabel\nw5\n", 97, "line 2 has 1 fields, but the first line names 2 columns"),
        ("sentence\tlabel\nw5\t5\n", 97, "the label of line 2 is 5, but the head has 3 classes (0 to 2)"),
        ("sentence\tlabel\nw5\tgood\n", 97, "the label of line 2 is 'good', which is no whole number, nor one of the"),
        ("sentence\nw5\n", 97, "has no column 'label', so no accuracy can be measured on it"),
        ("sentence\tlabel\n", 97, "holds no texts"),
        ("sentence\tlabel\nw5\t0\n", 120, "its tokenizer has 120 tokens, but the model's table has 97"),
      ]
      for (text, words, message) in cases {
        let base = try textBase(words: words)
        let collection = collection(try folder.write(text, as: "inputs.tsv"))
        let yaml = collection.yaml.replacing("base_model: \(collection.base)", with: "base_model: \(base)")
        let recipe = try folder.write(yaml, as: "recipe.yaml")
        let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/out"])
        #expect(run.status == 2)
        #expect(run.errors.contains(message), "\(message): \(run.errors)")
      }
    }

    // MARK: Pictures

    /// Folders of three classes.
    private func pictures() throws -> String {
      let fixtures = Fixtures.path("pictures")
      for (index, name) in ["rgb.png", "rgb.jpg", "palette8.png", "tall.png", "grey.jpg", "rgba.png"].enumerated() {
        let folderName = "\(folder.path)/pictures/\(["cat", "dog", "newt"][index % 3])"
        try FileManager.default.createDirectory(atPath: folderName, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(fixtures)/\(name)", toPath: "\(folderName)/\(name)")
      }
      return "\(folder.path)/pictures"
    }

    @Test func foldersOfPicturesAreDecodedAsTheirPixelsAre() throws {
      let path = try pictures()
      let pictures = try PictureFolder(path: path)
      #expect(pictures.classNames == ["cat", "dog", "newt"])
      var preprocessing = PicturePreprocessing.clip
      preprocessing.size = .shortestEdge(24)
      preprocessing.crop = .init(width: 24, height: 24)
      let bytes = try (0..<pictures.count).flatMap {
        try pictures.prepare(at: $0, with: preprocessing, width: 24, height: 24).bytes
      }
      let pixels = "\(folder.path)/inputs.safetensors"
      try SafetensorsWriter.writeFile(
        pixels,
        tensors: [
          NamedTensor(name: "images", elementType: .u8, shape: [pictures.count, 24, 24, 3], bytes: bytes),
          NamedTensor(name: "labels", integers: pictures.labels!.map { Int64($0) }, shape: [pictures.count]),
        ])
      func collection(_ inputs: String) -> FixtureCollection {
        var collection = FixtureCollection("adarank")
        // Of three classes.
        collection.replaced["gamma.inputs"] = inputs
        return collection
      }
      let base = FixtureCollection("adarank").base
      let golden = try merge(collection(pixels), base: base, "pixels", ranks: nil)
      for ranks in [nil, 2] {
        let merged = try merge(collection(path), base: base, "folder\(ranks ?? 1)", ranks: ranks)
        #expect(merged.weightsSha256 == golden.weightsSha256)
        #expect(merged.tasks[2]["accuracy"] as? Double == golden.tasks[2]["accuracy"] as? Double)
      }
    }

    @Test func wrongPicturesAreNamedBeforeWorkStarts() throws {
      let path = try pictures()
      try folder.write("GIF89a\u{1}\u{0}", as: "pictures/cat/a.png")
      try FileManager.default.createDirectory(atPath: "\(path)/owl", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(path)/cat/rgb.png", toPath: "\(path)/owl/b.png")
      var collection = FixtureCollection("adarank")
      collection.replaced["gamma.inputs"] = path
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/out"])
      #expect(run.status == 2)
      #expect(run.errors.contains("has 4 class folders, but the head has 3 classes"), "\(run.errors)")
      try FileManager.default.removeItem(atPath: "\(path)/owl")
      let second = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/out"])
      #expect(second.status == 2)
      #expect(second.errors.contains("cat/a.png") && second.errors.contains("GIF"), "\(second.errors)")

      // Damage behind the header, in a picture that only measures.
      try FileManager.default.removeItem(atPath: "\(path)/cat/a.png")
      let whole = try Data(contentsOf: URL(fileURLWithPath: "\(path)/cat/rgb.png"))
      try folder.write(whole.prefix(whole.count - 30), as: "pictures/cat/rgb.png")
      collection.replaced["gamma.inputs"] = nil
      let evaluated = collection.yaml.replacing(
        "evaluate: \(collection.inputs("gamma"))", with: "evaluate: \(path)")
      let third = try ProgramRun.adarank(
        ["merge", try folder.write(evaluated, as: "recipe.yaml"), "\(folder.path)/out"], ranks: 2)
      #expect(third.status == 2)
      #expect(third.errors.contains("cat/rgb.png"), "\(third.errors)")
    }
  }
}
