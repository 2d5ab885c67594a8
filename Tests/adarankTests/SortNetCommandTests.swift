import Checkpoints
import Foundation
import SortNet
import TestSupport
import Testing

extension ProgramTests {
  @Suite struct SortNetCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Queries of twenty documents, the seven nearest to the origin relevant: an order that is not linear.
    private func write(_ name: String, queries: Int = 8, seed: UInt64) throws -> String {
      var source = RandomSource(seed: seed)
      var (features, relevance) = ([Float](), [Int?]())
      for _ in 0..<queries {
        let rows = (0..<20).map { _ in source.floats(2) }
        let distances = rows.map { $0[0] * $0[0] + $0[1] * $0[1] }
        let limit = distances.sorted()[7]
        features += rows.flatMap { $0 }
        relevance += distances.map { $0 < limit ? 1 : 0 }
      }
      let data = RankingData(
        featureCount: 2, features: features, relevance: relevance,
        comments: relevance.indices.map { "document \($0)" },
        queries: (0..<queries).map { RankingData.Query(name: "q\($0)", documents: $0 * 20..<($0 + 1) * 20) })
      return try folder.write(data.svmlight, as: name)
    }

    private func train(
      _ files: [String], out: String = "model.safetensors", options: [String] = [], ranks: Int? = nil
    ) throws -> ProgramRun {
      try ProgramRun.adarank(
        ["sortnet", "train", files[0], "--validate", files[1], "--out", "\(folder.path)/\(out)"]
          + ["--hidden", "6", "--rounds", "4", "--epochs", "30"] + options, ranks: ranks)
    }

    @Test(arguments: ["train", "rank"])
    func explainsItself(command: String) throws {
      let run = try ProgramRun.adarank(["sortnet", command, "--help"])
      #expect(run.status == 0 && run.errors == "")
      #expect(run.output.contains("USAGE: adarank sortnet \(command)"))
      #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE:") })
      #expect(try ProgramRun.adarank(["sortnet", "--help"]).output.contains("\n  \(command) "))
    }

    @Test func trainsAndRanks() throws {
      let files = [try write("train.txt", seed: 1), try write("vali.txt", seed: 2)]
      let run = try train(files, options: ["--measure", "ndcg@5"])
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      try #require(lines.count == 6, "\(run.output)")
      #expect(
        lines[0] == ["train", "ndcg@5"] + ["ndcg@5", "map", "p@10", "ndcg@10"].flatMap { ["validation", $0] })
      #expect(lines[2][0] == "SortNet" && lines[3][0] == "linear")
      let (ours, theirs) = (try #require(Double(lines[2][2])), try #require(Double(lines[3][2])))
      #expect(ours > 0.85 && ours > theirs + 0.2, "\(run.output)")
      #expect(run.output.contains("trained on 160 documents of 8 queries, 2 features; validated on"))

      let model = "\(folder.path)/model.safetensors"
      let rank = try ProgramRun.adarank(["sortnet", "rank", model, files[1], "--measure", "ndcg@5", "--json"])
      #expect(rank.status == 0, "\(rank.errors)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(rank.output.utf8)) as? [String: Any])
      let measures = try #require(report["measures"] as? [[String: Any]])
      #expect(measures.map { $0["measure"] as? String } == ["map", "p@10", "ndcg@10", "ndcg@5"])
      let value = try #require(measures[3]["value"] as? Double)
      #expect(String(format: "%.3f", value) == lines[2][2])
      #expect(try SafetensorsFile(path: model).metadata["validation"] == "\(value)")
      let queries = try #require(report["queries"] as? [[String: Any]])
      #expect(queries.map { $0["query"] as? String } == (0..<8).map { "q\($0)" })
      let documents = try #require(queries[1]["documents"] as? [[String: Any]])
      #expect(Set(documents.compactMap { $0["line"] as? Int }) == Set(21...40))
      #expect(documents.allSatisfy { $0["comment"] as? String == "document \($0["line"] as! Int - 1)" })
      #expect(documents.prefix(5).count { $0["relevance"] as? Int == 1 } >= 3)

      let text = try ProgramRun.adarank(["sortnet", "rank", model, files[1]]).output
      #expect(text.hasPrefix("160 documents of 8 queries: map 0."), "\(text)")
      #expect(text.contains("\n\nquery q1: map "))
      let first = try #require(documents[0]["line"] as? Int)
      #expect(text.contains("\n1. line \(first), relevance \(documents[0]["relevance"]!)  # document \(first - 1)\n"))
    }

    @Test func theSameSeedGivesTheSameBytesOnceWhateverTheRanks() throws {
      let files = [try write("train.txt", seed: 1), try write("vali.txt", seed: 2)]
      let alone = try train(files)
      let many = try train(files, out: "again.safetensors", ranks: 2)
      #expect(alone.status == 0 && many.status == 0, "\(many.errors)")
      func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)")) }
      #expect(try bytes("model.safetensors") == bytes("again.safetensors"))
      #expect(alone.output.replacing("model.safetensors", with: "again.safetensors") == many.output)
      let other = try train(files, options: ["--seed", "1", "--overwrite", "--quiet"])
      #expect(other.status == 0 && other.output == "", "\(other.errors)")
      #expect(try bytes("model.safetensors") != bytes("again.safetensors"))
      #expect(
        try folder.contents == ["again.safetensors", "model.safetensors", "train.txt", "vali.txt"])
    }

    /// One wrong index, which would make every document of the training set 65536 features long.
    @Test func furtherFeaturesOfTheValidationSetCostNothing() throws {
      let files = [try write("train.txt", seed: 1), try write("vali.txt", seed: 2)]
      let text = try String(contentsOfFile: files[1], encoding: .utf8)
      let wrong = try folder.write(text + "0 qid:q8 1:0.5 65536:1\n1 qid:q8 1:0.25\n", as: "wrong.txt")
      let right = try folder.write(text + "0 qid:q8 1:0.5\n1 qid:q8 1:0.25\n", as: "right.txt")
      let run = try train([files[0], wrong])
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      #expect(
        run.output.hasSuffix("\n\(wrong): features above 2 were left out, for \(files[0]) has none of them\n"),
        "\(run.output)")
      #expect(try train([files[0], right], out: "right.safetensors").output.contains("left out") == false)
      func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)")) }
      #expect(try bytes("model.safetensors") == bytes("right.safetensors"))
    }

    @Test func ranksWhatIsNotKnown() throws {
      let files = [try write("train.txt", seed: 1), try write("vali.txt", seed: 2)]
      #expect(try train(files, options: ["--quiet"]).status == 0)
      let data = try folder.write("-1 qid:a 1:0.1\n-1 qid:a 2:0.9 # far\n", as: "unknown.txt")
      let run = try ProgramRun.adarank(["sortnet", "rank", "\(folder.path)/model.safetensors", data])
      #expect(
        run.output == """
          2 documents of 1 query: no relevance is known

          query a
          1. line 1
          2. line 2  # far

          """, "\(run.output)")
    }

    /// Expects one complaint of each phrase, exit code 2, and nothing written.
    private func expectComplaints(
      _ phrases: [String], _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try folder.contents
      let run = try ProgramRun.adarank(["sortnet"] + arguments)
      #expect(run.status == 2 && run.output == "", "\(run.errors)", sourceLocation: sourceLocation)
      #expect(run.complaints.count == phrases.count, "\(run.errors)", sourceLocation: sourceLocation)
      for (complaint, phrase) in zip(run.complaints, phrases) {
        #expect(complaint.contains(phrase), "\(run.errors)", sourceLocation: sourceLocation)
      }
      #expect(try folder.contents == before, sourceLocation: sourceLocation)
    }

    @Test func saysWhatIsWrong() throws {
      let (good, out) = (try write("train.txt", queries: 1, seed: 1), "\(folder.path)/model.safetensors")
      let bad = try folder.write("1 1:0.5\n0 qid:1 0:1\n", as: "bad.txt")
      let flat = try folder.write("1 qid:1 1:0.5\n1 qid:1 1:1\n", as: "flat.txt")
      let none = try folder.write("0 qid:1 1:0.5\n", as: "none.txt")
      let empty = try folder.write("0 qid:1\n1 qid:1\n", as: "empty.txt")
      func train(_ training: String, _ validation: String, _ options: [String] = []) -> [String] {
        ["train", training, "--validate", validation, "--out", out] + options
      }
      try expectComplaints(
        ["bad.txt:1: qid:QUERY should come", "bad.txt:2: the feature '0:1'", "missing.txt: could not open it"],
        train(bad, "\(folder.path)/missing.txt"))
      try expectComplaints(["flat.txt: no query has documents of different relevance"], train(flat, good))
      try expectComplaints(["none.txt: no document is relevant"], train(good, none))
      try expectComplaints(["empty.txt: no document has a feature"], train(empty, good))
      let wide = try folder.write("1 qid:1 1:0.5\n0 qid:1 65536:1\n", as: "index.txt")
      let long = try folder.write(String(repeating: "1 qid:1 1:0.5\n", count: 16_385), as: "long.txt")
      try expectComplaints(
        ["index.txt: a document has feature 65536, and so many features of the 16385 documents of \(long) are more"],
        train(wide, long))
      try expectComplaints(["--measure must be map"], train(good, good, ["--measure", "auc"]))
      try expectComplaints(["--hidden must be from 1 to 1024"], train(good, good, ["--hidden", "0"]))
      try expectComplaints(["train.txt: exists already"], ["train", good, "--validate", good, "--out", good])
      try expectComplaints(
        ["is not a model that 'sortnet train' wrote, so --overwrite"],
        ["train", good, "--validate", good, "--out", good, "--overwrite"])
      try expectComplaints(
        ["its folder \(folder.path)/none does not exist"],
        ["train", good, "--validate", good, "--out", "\(folder.path)/none/model"])
      try expectComplaints(["train.txt: "], ["rank", good, good])
      #expect(try self.train([good, good], options: ["--rounds", "1", "--quiet"]).status == 0)
      let further = try folder.write("1 qid:1 1:0.5 3:1\n", as: "further.txt")
      try expectComplaints(["further.txt:1: feature 3, but the model knows 2"], ["rank", out, further])
    }
  }
}
