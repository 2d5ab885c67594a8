import Checkpoints
import Foundation
import TestSupport
import Testing

extension ProgramTests {
  /// What can be done with a merge's output afterwards.
  @Suite struct VerifyBuildTests {
    let folder: ScratchFolder
    var out: String { "\(folder.path)/merged" }
    var again: String { "\(folder.path)/again" }

    init() throws { folder = try ScratchFolder() }

    @discardableResult
    func merge(_ collection: FixtureCollection, to path: String? = nil, _ options: String...) throws -> MergedOutput {
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", recipe, path ?? out] + options, ranks: 2)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput(path ?? out)
    }

    func verify(_ options: String...) throws -> ProgramRun { try ProgramRun.adarank(["verify", out] + options) }

    @Test(arguments: ["adarank", "task_arithmetic"])
    func aWholeOutputIsAsItsReportSays(_ method: String) throws {
      let merged = try merge(FixtureCollection(method))
      let run = try verify("--inputs")
      #expect(run.status == 0, "\(run.errors)")
      let files = try #require(merged.report["files"] as? [String: String])
      let inputs = try #require(merged.report["inputs"] as? [[String: Any]])
      #expect(
        run.output
          == "\(out): \(try ModelFolder(path: out).names.count) tensors and \(files.count) files, and \(inputs.count) inputs "
          + "are as the report says\n")
      #expect(try Set(files.keys) == merged.files.subtracting(["report.json", "heads"]))
      // Every digest is what other programs say of the file.
      for input in inputs {
        let path = try #require(input["path"] as? String)
        let sum = try ProgramRun.run(["sha256sum", path]).output.prefix(64)
        #expect(input["sha256"] as? String == String(sum), "\(path)")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == input["bytes"] as? Int)
      }
    }

    @Test func everythingThatIsNotIsNamed() throws {
      try merge(FixtureCollection("adarank"))
      try FileManager.default.removeItem(atPath: "\(out)/config.json")
      try folder.write("changed", as: "merged/recipe.yaml")
      let weights = "\(out)/model.safetensors"
      var bytes = try #require(FileManager.default.contents(atPath: weights))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: URL(fileURLWithPath: weights))
      let run = try verify()
      #expect(run.status == 2)
      #expect(run.complaints.count == 4)
      #expect(run.complaints[0].hasPrefix("adarank: \(out): the weights have the SHA-256 "))
      #expect(run.complaints[1].hasPrefix("adarank: \(out)/config.json: could not find it"))
      #expect(run.complaints[2].hasPrefix("adarank: \(weights) has changed: its SHA-256 is "))
      #expect(run.complaints[3].hasPrefix("adarank: \(out)/recipe.yaml has changed: its SHA-256 is "))
      try FileManager.default.removeItem(atPath: "\(out)/report.json")
      #expect(
        try verify().complaints == [
          "adarank: \(out)/report.json cannot be read: \(out) is not the whole output of a merge"
        ])
    }

    /// What was learnt gives the merge's own bytes again, heads that were learnt among them.
    @Test(arguments: [("clip", "adarank", []), ("roberta", "adarank", ["learn=[masks, coefficients, heads]"])])
    func whatWasLearntIsBuiltAgain(_ fixture: String, _ method: String, _ settings: [String]) throws {
      let recipe = try folder.write(FixtureCollection(fixture: fixture, method).yaml, as: "recipe.yaml")
      let options = settings.flatMap { ["--set", $0] }
      try #require(ProgramRun.adarank(["merge", recipe, out] + options, ranks: 2).status == 0)
      let run = try ProgramRun.adarank(["build", out, again], ranks: 3)
      try #require(run.status == 0, "\(run.errors)")
      let (merged, built) = (try MergedOutput(out), try MergedOutput(again))
      #expect(built.weightsSha256 == merged.weightsSha256)
      #expect(built.report["average_accuracy"] as? Double == merged.report["average_accuracy"] as? Double)
      for file in ["adarank_state.safetensors"] + FixtureCollection.tasks.map({ "heads/\($0).safetensors" }) {
        #expect(FileManager.default.contentsEqual(atPath: "\(out)/\(file)", andPath: "\(again)/\(file)"), "\(file)")
      }
    }

    /// Without all others a task's vector alone is added; scaled, more of it.
    @Test func tasksAndScaleCanBeOtherwise() throws {
      var collection = FixtureCollection("adarank")
      collection.parameters.removeAll { $0.hasPrefix("steps") }
      collection.parameters.append("steps: 0")
      try merge(collection)
      let run = try ProgramRun.adarank([
        "build", "\(out)/adarank_state.safetensors", again, "--tasks", "beta", "--scale", "2",
      ])
      try #require(run.status == 0, "\(run.errors)")
      let (base, beta) = (
        try ModelFolder(path: collection.base), try ModelFolder(path: collection.model("beta"))
      )
      let built = try ModelFolder(path: again)
      for name in built.names where base[name]!.elementType.isFloatingPoint && beta[name] != nil {
        let (origin, tuned) = (try base.tensor(name).elements, try beta.tensor(name).elements)
        let worst = zip(try built.tensor(name).elements, zip(origin, tuned)).map {
          abs($0 - ($1.0 + 0.6 * ($1.1 - $1.0)))
        }
        #expect(worst.max()! < 1e-5, "\(name)")
      }
      let unknown = try ProgramRun.adarank(["build", out, "\(folder.path)/third", "--tasks", "delta"])
      #expect(unknown.status == 2)
      #expect(unknown.complaints == ["adarank: there is no task delta; the tasks are alpha, beta, gamma"])
    }

    /// A run may begin with another's masks and coefficients.
    @Test func anotherRunsStateIsABeginning() throws {
      let merged = try merge(FixtureCollection("adarank"))
      var collection = FixtureCollection("adarank")
      collection.parameters.removeAll { $0.hasPrefix("steps") }
      collection.parameters += ["steps: 0", "initial_state: \(out)/adarank_state.safetensors"]
      #expect(try merge(collection, to: again).weightsSha256 == merged.weightsSha256)
      collection = FixtureCollection(fixture: "openclip", "adarank")
      collection.parameters.append("initial_state: \(out)/adarank_state.safetensors")
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      let refused = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/third"], ranks: 2)
      #expect(refused.status == 2)
      #expect(refused.complaints.count > 1)
      #expect(refused.complaints[0].contains("was it learnt with other 'masked', 'scaled' or 'frozen' tensors?"))
    }

    /// Steps that are far too long drive a task's inputs into one class: the merge is of the state before.
    @Test func aCollapseIsNoticed() throws {
      var collection = FixtureCollection("adarank")
      collection.parameters.removeAll { $0.hasPrefix("steps") || $0.hasPrefix("learning_rate") }
      let begun = try merge(collection, to: "\(folder.path)/begun", "--set", "steps=0")
      collection.parameters += ["steps: 150", "learning_rate: 0.3"]
      let stopped = try merge(collection, "--set", "on_collapse=stop")
      let collapses = try #require(stopped.report["collapses"] as? [[String: Any]])
      try #require(!collapses.isEmpty)
      #expect(collapses.allSatisfy { ($0["step"] as? Int)! >= 100 })
      #expect(stopped.weightsSha256 == begun.weightsSha256)
      #expect((stopped.report["entropy"] as? [[Double]])?.count == 0)
      let gone = try merge(collection, to: again)
      #expect((gone.report["entropy"] as? [[Double]])?.count == 150)
      #expect(gone.weightsSha256 != begun.weightsSha256)
      let before = "adarank_state_before_collapse.safetensors"
      #expect(
        FileManager.default.contentsEqual(atPath: "\(again)/\(before)", andPath: "\(out)/adarank_state.safetensors"))
    }
  }
}
