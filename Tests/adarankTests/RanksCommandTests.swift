import Checkpoints
import Foundation
import Testing

extension ProgramTests {
  @Suite struct RanksCommandTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func recipe(_ collection: FixtureCollection = FixtureCollection()) throws -> String {
      try folder.write(collection.yaml, as: "recipe.yaml")
    }

    /// What is printed, and the JSON that is written.
    private func ranks(
      _ collection: FixtureCollection = FixtureCollection(), _ options: [String] = [], ranks: Int? = nil
    ) throws -> (output: String, json: Data) {
      let path = "\(folder.path)/ranks-\(UUID().uuidString).json"
      let run = try ProgramRun.adarank(
        ["ranks", try recipe(collection), "--output", path, "--trials", "2", "--inputs", "4"] + options, ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      #expect(run.errors == "")
      return (run.output, try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func object(_ json: Data) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    /// Table and file are those of one rank, to the byte, whatever the method is and what the models are.
    @Test(arguments: [("clip", "average"), ("dinov2", "adarank"), ("gpt2", "ties")])
    func areTheSameOnAnyNumberOfRanks(fixture: String, method: String) throws {
      let collection = FixtureCollection(fixture: fixture, method)
      let alone = try ranks(collection)
      for (ranks, threads) in [(2, 1), (4, 1), (2, 3)] {
        let shared = try self.ranks(collection, ["--threads", "\(threads)"], ranks: ranks)
        #expect(shared.output == alone.output && shared.json == alone.json)
      }
    }

    @Test(arguments: ["clip", "openclip", "vit", "dinov2", "bert", "roberta", "gpt2"])
    func everyEncoderHasRanks(fixture: String) throws {
      let (output, json) = try ranks(FixtureCollection(fixture: fixture), ["--average", "4", "--alpha", "10"])
      let object = try object(json)
      #expect(Set(object.keys) == ["r", "lora_alpha", "target_modules", "rank_pattern", "alpha_pattern"])
      #expect(object["r"] as? Int == 4 && object["lora_alpha"] as? Int == 10)
      let modules = try #require(object["target_modules"] as? [String])
      let ranks = try #require(object["rank_pattern"] as? [String: Int])
      let alphas = try #require(object["alpha_pattern"] as? [String: Double])
      #expect(Set(ranks.keys) == Set(modules) && Set(alphas.keys) == Set(modules))
      // Of the checkpoint's names there is one for each module.
      let names = try ModelFolder(path: FixtureCollection(fixture: fixture).base).names
      let own = modules.filter { module in
        module.hasSuffix(".attn") || names.contains { $0.hasSuffix(module + ".weight") }
      }
      #expect(own.count == ["openclip": 6, "gpt2": 8][fixture, default: 12])
      #expect(own.count == modules.count || fixture == "vit" || fixture == "dinov2")
      #expect(own.reduce(0) { $0 + ranks[$1]! } == 4 * own.count && ranks.values.min()! >= 1)
      for module in modules { #expect(abs(alphas[module]! / Double(ranks[module]!) - 2.5) < 1e-12) }
      let lines = output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(lines[0] == ["module", "shape", "disagreement", "rank"])
      #expect(Set(lines.dropFirst(2).prefix(own.count).map { $0[0] }) == Set(own))
      for line in lines.dropFirst(2).prefix(own.count) { #expect(line.last == "\(ranks[line[0]]!)") }
      #expect(lines[2 + own.count] == ["total", "\(4 * own.count)"])
      #expect(output.hasSuffix("\n2 trials on 12 inputs of 3 tasks, seed 0\n"), "\(output)")
    }

    @Test func aPatternChoosesModules() throws {
      let all = try ranks(FixtureCollection(fixture: "bert"))
      let some = try ranks(FixtureCollection(fixture: "bert"), ["--modules", "query|value"])
      let modules = try #require(object(some.json)["target_modules"] as? [String])
      let blocks = ["encoder.layer.0.attention.self.", "encoder.layer.1.attention.self."]
      #expect(modules == blocks.flatMap { [$0 + "query", $0 + "value"] })
      // Disagreements do not depend on which others are measured.
      func disagreements(_ output: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in output.split(separator: "\n") {
          let words = line.split(separator: " ").map(String.init)
          if modules.contains(words[0]) { found[words[0]] = words[4] }
        }
        return found
      }
      #expect(disagreements(some.output).count == 4)
      #expect(disagreements(some.output) == disagreements(all.output))
    }

    @Test func seedAndRoundingCount() throws {
      let first = try ranks()
      let other = try ranks(FixtureCollection(), ["--seed", "1"]).output
      #expect(try other != first.output && other == ranks(FixtureCollection(), ["--set", "seed=1"]).output)
      let floored = try ranks(FixtureCollection(), ["--rounding", "floor"]).json
      let floor = try object(floored)["rank_pattern"] as? [String: Int]
      let whole = try #require(object(first.json)["rank_pattern"] as? [String: Int])
      let sum = try #require(floor).values.reduce(0, +)
      #expect(sum <= 96 && sum > 96 - 12 && whole.values.reduce(0, +) == 96)
      for (module, rank) in floor! { #expect(whole[module]! - rank >= 0 && whole[module]! - rank <= 1) }
    }

    /// Matrices of 32 columns take 32.
    @Test func ranksAreLimitedByTheMatrices() throws {
      let (output, json) = try ranks(FixtureCollection(), ["--average", "40"])
      let ranks = try #require(object(json)["rank_pattern"] as? [String: Int])
      #expect(Set(ranks.values) == [32])
      #expect(output.contains("12 modules of rank 40 on average: 384 of 480 ranks given"), "\(output)")
    }

    @Test func plotsRanksByBlock() throws {
      let plot = "\(folder.path)/ranks.svg"
      let run = try ProgramRun.adarank(["ranks", try recipe(), "--trials", "1", "--plot", plot, "--quiet"], ranks: 2)
      #expect(run.status == 0 && run.errors == "", "\(run.errors)")
      let svg = try String(contentsOfFile: plot, encoding: .utf8)
      #expect(svg.hasPrefix("<svg") && svg.components(separatedBy: "<circle").count == 13)
      for kind in ["self_attn.q_proj", "mlp.fc2"] { #expect(svg.contains(">\(kind)</text>")) }
      #expect(run.output.split(separator: "\n").last?.hasPrefix("total") == true, "\(run.output)")
    }

    /// Each mistake is said once; exit code 2, nothing written.
    func expectComplaint(
      _ phrases: [String], _ collection: FixtureCollection = FixtureCollection(), yaml: String? = nil,
      options: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let recipe = try folder.write(yaml ?? collection.yaml, as: "recipe.yaml")
      let before = try folder.contents
      for ranks in [nil, 3] {
        let run = try ProgramRun.adarank(["ranks", recipe] + options, ranks: ranks)
        #expect(run.status == 2, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.complaints.count == phrases.count, "\(run.errors)", sourceLocation: sourceLocation)
        for phrase in phrases {
          let count = run.errors.components(separatedBy: phrase).count - 1
          #expect(count == 1, "\(count) times \(phrase): \(run.errors)", sourceLocation: sourceLocation)
        }
        #expect(run.output == "", sourceLocation: sourceLocation)
        #expect(try folder.contents == before, sourceLocation: sourceLocation)
      }
    }

    @Test func mistakesAreSaidAtOnce() throws {
      var collection = FixtureCollection(fixture: "bert")
      collection.replaced["alpha.inputs"] = "/nowhere/alpha.safetensors"
      try expectComplaint(
        [
          "no module's name matches 'q_proj'; they are called encoder.layer.0.attention.self.query, ", "/nowhere/alpha",
        ], collection, options: ["--modules", "q_proj"])
      try expectComplaint(["'(' is not a regular expression"], options: ["--modules", "("])
      let unlabelled = FixtureCollection().yaml.split(separator: "\n").filter { !$0.contains("adapt:") }
      try expectComplaint(
        ["no model of the recipe has unlabelled inputs ('adapt')"], yaml: unlabelled.joined(separator: "\n"))
    }

    @Test func filesAreLookedAtFirst() throws {
      let there = try folder.write("{}", as: "there.json")
      try expectComplaint(
        [
          "there.json: exists already; give --overwrite",
          "none/ranks.svg: its folder \(folder.path)/none does not exist",
        ],
        options: ["--output", there, "--plot", "\(folder.path)/none/ranks.svg"])
      try expectComplaint(["--output and --plot must be two files"], options: ["--output", "a", "--plot", "./a"])
      let run = try ProgramRun.adarank(
        ["ranks", try recipe(), "--trials", "1", "--output", there, "--overwrite"], ranks: 2)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try object(Data(contentsOf: URL(fileURLWithPath: there)))["r"] as? Int == 8)
    }

    @Test(arguments: ["average", "trials", "inputs", "alpha"]) func numbersMustBeAboveZero(option: String) throws {
      try expectComplaint(["--\(option) must be from 1 to 1000000."], options: ["--\(option)", "0"])
    }
  }
}
