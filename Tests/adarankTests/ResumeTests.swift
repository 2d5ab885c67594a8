import Checkpoints
import Foundation
import TestSupport
import Testing

extension ProgramTests {
  /// Runs that end before they are done, and go on.
  @Suite struct ResumeTests {
    let folder: ScratchFolder
    var out: String { "\(folder.path)/merged" }
    var unfinished: String { "\(out).unfinished" }
    var checkpoint: String { "\(unfinished)/checkpoint.safetensors" }

    init() throws { folder = try ScratchFolder() }

    /// Ways to learn that keep different things.
    static let variants: [String: (fixture: String, method: String, parameters: [String])] = [
      "masks and coefficients": ("clip", "adarank", []),
      "CART, labels of the fine-tuned models": (
        "clip", "adarank",
        ["origin: cart", "merge_coefficient: 1.5", "initial_kept_fraction: 0.16", "objective: self_label"]
      ),
      "heads too": ("roberta", "adarank", ["learn: [masks, coefficients, heads]", "objective: self_label"]),
      "one coefficient per task": ("gpt2", "adamerging", ["granularity: task"]),
      "joined components, shuffled": ("openclip", "adarank", ["origin: tsv_m", "shuffle: true"]),
      "coefficient chosen": ("clip", "adarank", ["merge_coefficient: auto"]),
    ]

    func recipe(_ variant: String, _ settings: String...) throws -> String {
      let (fixture, method, parameters) = Self.variants[variant]!
      var collection = FixtureCollection(fixture: fixture, method)
      collection.set(parameters)
      collection.set(["steps: 6"])
      collection.settings = settings
      return try folder.write(collection.yaml, as: "recipe.yaml")
    }

    func run(_ recipe: String, ranks: Int? = nil, to name: String = "merged", _ options: String...) throws -> ProgramRun
    {
      try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"] + options, ranks: ranks)
    }

    /// Ends the merge after each of its first steps, on other ranks and threads each time, and lets it go on.
    @Test(arguments: variants.keys.sorted())
    func goesOnToTheSameBytes(_ variant: String) throws {
      let recipe = try recipe(variant)
      let whole = try run(recipe, to: "whole")
      try #require(whole.status == 0, "\(whole.errors)")
      for (step, ranks) in [1, 3, nil, 4].enumerated() {
        let options = ["--resume", "--set", "time_limit=0s", "--threads", "\(1 + step % 2)"]
        let stopped = try ProgramRun.adarank(["merge", recipe, out] + options, ranks: ranks)
        #expect(stopped.status == 75)
        #expect(
          stopped.complaints == [
            "adarank: stopped by its time limit after step \(step + 1) of 6; the same command with --resume goes on "
              + "from there"
          ])
        #expect(
          try Set(FileManager.default.contentsOfDirectory(atPath: unfinished)).isSuperset(of: ["checkpoint.safetensors"]
          ))
        #expect(!FileManager.default.fileExists(atPath: out))
      }
      let resumed = try run(recipe, ranks: 2, "--resume")
      try #require(resumed.status == 0, "\(resumed.errors)")
      #expect(!FileManager.default.fileExists(atPath: unfinished))
      let (merged, wanted) = (try MergedOutput(out), try MergedOutput("\(folder.path)/whole"))
      #expect(merged.weightsSha256 == wanted.weightsSha256)
      #expect(merged.report["entropy"] as? [[Double]] == wanted.report["entropy"] as? [[Double]])
      #expect(merged.report["components"] as? [String: Int] == wanted.report["components"] as? [String: Int])
      // The time of earlier runs counts.
      let seconds = try #require(merged.report["seconds"] as? [String: Double])
      #expect(seconds["total"]! >= ["read", "factor", "adapt", "gather"].reduce(0) { $0 + seconds[$1]! })
      #expect(try merged.files == wanted.files)
      for file in ["adarank_state.safetensors"] + FixtureCollection.tasks.map({ "heads/\($0).safetensors" }) {
        #expect(
          FileManager.default.contentsEqual(atPath: "\(out)/\(file)", andPath: "\(wanted.path)/\(file)"), "\(file)")
      }
      let notes = try #require(merged.report["notes"] as? [String])
      #expect(notes.contains("goes on after step 4 of 6"))
    }

    /// Components that changed are counted from the state that the first run began with.
    @Test func whatItBeganWithIsNotForgotten() throws {
      let recipe = try recipe("masks and coefficients")
      let rate = ["--set", "learning_rate=0.05"]
      let first = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/first"] + rate)
      try #require(first.status == 0, "\(first.errors)")
      let begin = rate + ["--set", "initial_state=\(folder.path)/first/adarank_state.safetensors"]
      let whole = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/whole"] + begin)
      try #require(whole.status == 0, "\(whole.errors)")
      let stopped = try ProgramRun.adarank(["merge", recipe, out, "--set", "time_limit=0s"] + begin, ranks: 2)
      #expect(stopped.status == 75)
      let resumed = try ProgramRun.adarank(["merge", recipe, out, "--resume"] + begin, ranks: 3)
      try #require(resumed.status == 0, "\(resumed.errors)")
      let outputs = try ["first", "whole", "merged"].map { try MergedOutput("\(folder.path)/\($0)") }
      let components = outputs.map { $0.report["components"] as? [String: Int] }
      #expect(components[1] == components[2] && outputs[1].weightsSha256 == outputs[2].weightsSha256)
      // All were kept when the first merge began, and some are not when the second does.
      #expect(components[0]!["flipped"]! == components[0]!["total"]! - components[0]!["kept"]!)
      #expect(components[1]!["flipped"]! != components[1]!["total"]! - components[1]!["kept"]!)
    }

    /// Where the loss no longer falls, learning ends: here after two windows of steps that change nothing.
    @Test func aPlateauEndsLearning() throws {
      var collection = FixtureCollection("adarank")
      collection.parameters.removeAll { $0.hasPrefix("steps") || $0.hasPrefix("learning_rate") }
      collection.parameters += ["steps: 400", "learning_rate: 1e-12", "stop: plateau", "on_collapse: ignore"]
      let recipe = try folder.write(collection.yaml, as: "recipe.yaml")
      try #require(run(recipe, ranks: 2).status == 0)
      #expect((try MergedOutput(out).report["entropy"] as? [[Double]])?.count == 200)
    }

    /// A learning run's state does not go because a static method is told to make the same folder.
    @Test func aStaticMergeDoesNotTakeItsPlace() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      let other = try folder.write(FixtureCollection("average").yaml, as: "other.yaml")
      let refused = try run(other, ranks: 2, "--resume")
      #expect(refused.status == 2)
      #expect(refused.complaints.count == 1)
      #expect(refused.complaints[0].contains("merge_method was adarank and is now average"))
      #expect(FileManager.default.fileExists(atPath: checkpoint))
    }

    /// An output that shall be replaced is no reason to forget the run that was to replace it.
    @Test func aRunThatReplacesAnOutputGoesOn() throws {
      let recipe = try recipe("masks and coefficients")
      try #require(run(recipe, ranks: 2).status == 0)
      #expect(try run(recipe, ranks: 2, "--overwrite", "--set", "time_limit=0s").status == 75)
      // Without being told to replace it, the run cannot end.
      #expect(try run(recipe, ranks: 2, "--resume").status == 2)
      #expect(FileManager.default.fileExists(atPath: checkpoint))
      let resumed = try run(recipe, ranks: 2, "--resume", "--overwrite")
      try #require(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("goes on after step 1 of 6"))
      #expect(!FileManager.default.fileExists(atPath: unfinished))
    }

    /// Killed between its last two moves, a run has nothing left to do.
    @Test func anOutputWithItsOwnCheckpointIsDone() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      let kept = try #require(FileManager.default.contents(atPath: checkpoint))
      try #require(run(recipe, "--resume").status == 0)
      try folder.write("", as: "merged.unfinished/lock")
      try folder.write(kept, as: "merged.unfinished/checkpoint.safetensors")
      let again = try run(recipe, ranks: 2, "--resume", "--overwrite")
      #expect(again.status == 0)
      #expect(again.output == "\(out) is there already, merged by this recipe\n")
      #expect(!FileManager.default.fileExists(atPath: unfinished))
    }

    @Test func anotherFolderOfThatNameIsLeftAlone() throws {
      let recipe = try recipe("masks and coefficients")
      try folder.write("dear to somebody", as: "merged.unfinished/notes.txt")
      let refused = try run(recipe, ranks: 2)
      #expect(refused.status == 2)
      #expect(
        refused.complaints == [
          "adarank: \(unfinished): is needed for the unfinished output, but it holds \"notes.txt\", which no run has made; "
            + "move it away, or choose another name"
        ])
      #expect(FileManager.default.fileExists(atPath: "\(unfinished)/notes.txt"))
    }

    @Test func aTimeLimitWantsCheckpoints() throws {
      let refused = try run(try recipe("masks and coefficients", "checkpoint_every: 0"), "--set", "time_limit=1h")
      #expect(refused.status == 2)
      #expect(
        refused.complaints == [
          "adarank: time_limit stops a run to be resumed, but checkpoint_every is 0: nothing would be kept"
        ])
    }

    /// A whole output is not made again.
    @Test func aWholeOutputIsLeftAlone() throws {
      let recipe = try recipe("masks and coefficients")
      try #require(run(recipe, "--resume").status == 0)
      let date = try FileManager.default.attributesOfItem(atPath: out)[.modificationDate] as? Date
      try folder.write("", as: "merged.unfinished/lock")
      let again = try run(recipe, ranks: 2, "--resume")
      #expect(again.status == 0)
      #expect(again.output == "\(out) is there already, merged by this recipe\n")
      #expect(try FileManager.default.attributesOfItem(atPath: out)[.modificationDate] as? Date == date)
      #expect(!FileManager.default.fileExists(atPath: unfinished))
      let other = try run(recipe, "--resume", "--set", "seed=1")
      #expect(other.status == 2)
      #expect(
        other.complaints == ["adarank: \(out): exists already; choose another name, or give --overwrite to replace it"])
    }

    /// Leaves a run that has taken one step.
    func leaveUnfinished(_ recipe: String) throws {
      let stopped = try run(recipe, ranks: 2, "--set", "time_limit=0s")
      try #require(stopped.status == 75, "\(stopped.errors)")
    }

    @Test func anUnfinishedRunIsNotForgotten() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      let refused = try run(recipe)
      #expect(refused.status == 2)
      #expect(
        refused.complaints == [
          "adarank: \(unfinished): is an unfinished run of \(out); go on with it by --resume, or begin again by --overwrite"
        ])
      try #require(run(recipe, "--overwrite").status == 0)
      #expect(try MergedOutput(out).report["notes"] as? [String] == [])
      #expect(!FileManager.default.fileExists(atPath: unfinished))
    }

    /// Everything that differs is said, and nothing is done.
    @Test func anotherMergeIsRefused() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      let before = FileManager.default.contents(atPath: checkpoint)
      func refusal(_ options: String...) throws -> [Substring] {
        let refused = try ProgramRun.adarank(["merge", recipe, out, "--resume"] + options, ranks: 2)
        #expect(refused.status == 2)
        return refused.complaints
      }
      let end = ". Give it back what it had, or begin again with --overwrite"
      #expect(
        try refusal("--set", "learning_rate=0.02", "--set", "seed=3") == [
          "adarank: the unfinished run is of another merge: learning_rate was 0.01 and is now 0.02; seed was 0 and is now 3"
            + end
        ])
      #expect(
        try refusal("--set", "steps=0") == [
          "adarank: the unfinished run is of another merge: 1 steps are done, but the recipe now asks for 0" + end
        ])
      let inputs = try editedSafetensors(FixtureCollection().inputs("beta"), in: folder, as: "inputs.safetensors") {
        $0.removeAll { $0.description.name == "labels" }
      }
      let changed = try refusal("--set", "models.1.adapt=\(inputs)", "--set", "models.1.evaluate=null")
      #expect(changed.count == 1)
      #expect(
        changed[0].hasPrefix(
          "adarank: the unfinished run is of another merge: beta adapt inputs.safetensors has changed: its SHA-256 was "
        ))
      #expect(FileManager.default.contents(atPath: checkpoint) == before)
      // What the merged weights do not hang on may change.
      let resumed = try run(
        recipe, "--resume", "--set", "dtype=float16", "--set", "steps=2", "--set", "models.1.evaluate=null",
        "--set", "checkpoint_every=0")
      #expect(resumed.status == 0, "\(resumed.errors)")
    }

    @Test func aDamagedCheckpointIsRefused() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      var bytes = try #require(FileManager.default.contents(atPath: checkpoint))
      bytes[bytes.count - 5] ^= 1
      try bytes.write(to: URL(fileURLWithPath: checkpoint))
      let damaged = try run(recipe, ranks: 2, "--resume")
      #expect(damaged.status == 2)
      #expect(
        damaged.complaints == [
          "adarank: \(checkpoint) is damaged: its numbers do not have the digest that was written with them. Begin again with --overwrite"
        ])
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: checkpoint))
      #expect(try run(recipe, "--resume").status == 2)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: checkpoint))
      #expect(try run(recipe, "--resume").status == 2)
    }

    @Test func twoRunsOfOneOutputExcludeEachOther() throws {
      let recipe = try recipe("masks and coefficients", "checkpoint_every: 0")
      try folder.write("", as: "merged.unfinished/lock")
      let descriptor = open("\(unfinished)/lock", O_RDWR)
      try #require(flock(descriptor, LOCK_EX) == 0)
      defer { close(descriptor) }
      let refused = try run(recipe, ranks: 2)
      #expect(refused.status == 2)
      #expect(
        refused.complaints == [
          "adarank: \(unfinished): another process is making \(out) there; wait for it, or choose another name"
        ])
    }

    /// A signal to mpirun or to all ranks ends the run behind the present step.
    @Test(arguments: [SIGUSR1, SIGTERM])
    func aSignalEndsTheRunInOrder(_ number: Int32) throws {
      let recipe = try recipe("masks and coefficients", "checkpoint_every: 1")
      let stopped = try ProgramRun.signalling(
        number, when: checkpoint, ["merge", recipe, out, "--set", "steps=100000"], ranks: 2)
      // Of what mpirun is ended by itself, it does not wait for the ranks' word.
      #expect(number == SIGUSR1 ? stopped.status == 75 : stopped.status != 0, "\(stopped.status)")
      #expect(stopped.complaints.count == 1)
      #expect(stopped.complaints[0].hasPrefix("adarank: stopped by a signal after step "))
      let steps = try #require(stopped.complaints[0].firstMatch(of: /after step ([0-9]+) of/)).output.1
      let resumed = try run(recipe, ranks: 3, "--resume", "--set", "steps=\(Int(steps)! + 1)")
      #expect(resumed.status == 0, "\(resumed.errors)")
    }

    /// A disk that takes no checkpoint does not end the run; one that does not take the output loses nothing.
    @Test(.enabled(if: getuid() == 0, "only root can mount a small disk"))
    func aFullDiskLosesNothing() throws {
      let disk = "\(folder.path)/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      func mount(_ options: String) throws -> Int32 {
        try ProgramRun.run(["mount", "-t", "tmpfs", "-o", options, "adarank", disk]).status
      }
      try #require(mount("size=8k") == 0, "mounting needs more rights than root has here")
      defer { _ = try? ProgramRun.run(["umount", disk]) }
      let recipe = try recipe("masks and coefficients", "checkpoint_every: 1")
      let out = "\(disk)/merged"
      let none = try ProgramRun.adarank(["merge", recipe, out, "--ignore-space"], ranks: 2)
      #expect(none.status == 1)
      #expect(none.output.contains("note: step 0 could not be kept, and the run goes on: "))
      #expect(!FileManager.default.fileExists(atPath: out))

      // Room for the state, not for the weights.
      try #require(mount("remount,size=168k") == 0)
      let some = try ProgramRun.adarank(["merge", recipe, out, "--ignore-space"], ranks: 2)
      #expect(some.status == 1)
      #expect(some.complaints.contains { $0.contains("No space left on device") }, "\(some.errors)")
      #expect(!FileManager.default.fileExists(atPath: out))
      try #require(mount("remount,size=100m") == 0)
      let resumed = try ProgramRun.adarank(["merge", recipe, out, "--resume"], ranks: 3)
      try #require(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("goes on after step 6 of 6"))
      try #require(run(recipe, to: "whole").status == 0)
      #expect(try MergedOutput(out).weightsSha256 == MergedOutput("\(folder.path)/whole").weightsSha256)
    }

    /// What is no number ends the run, and leaves the state before it.
    @Test func divergenceLeavesTheLastCheckpoint() throws {
      let recipe = try recipe("masks and coefficients", "checkpoint_every: 1")
      try leaveUnfinished(recipe)
      let before = try #require(FileManager.default.contents(atPath: checkpoint))
      let other = try ProgramRun.adarank(
        ["merge", recipe, "\(folder.path)/other", "--set", "learning_rate=1e38", "--set", "steps=9"], ranks: 2)
      #expect(other.status == 1)
      #expect(other.complaints.count == 1)
      #expect(other.complaints[0].contains("at step "), "\(other.errors)")
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/other.unfinished/checkpoint.safetensors"))
      #expect(FileManager.default.contents(atPath: checkpoint) == before)
    }

    /// Steps are written as they go, each once.
    @Test func stepsCanBeFollowed() throws {
      let recipe = try recipe("masks and coefficients")
      try leaveUnfinished(recipe)
      let options = ["--resume", "--set", "time_limit=0s"]
      #expect(try ProgramRun.adarank(["merge", recipe, out] + options).status == 75)
      let text = try String(contentsOfFile: "\(unfinished)/metrics.jsonl", encoding: .utf8)
      let all = try text.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(all.contains { $0["phase"] as? String == "adapting" })
      let lines = all.filter { $0["step"] != nil }
      #expect(lines.map { $0["step"] as? Int } == [1, 2])
      #expect(lines.allSatisfy { ($0["loss"] as? [String: Double])?.keys.sorted() == FixtureCollection.tasks })
    }
  }
}
