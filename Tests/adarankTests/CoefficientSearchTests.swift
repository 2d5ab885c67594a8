import Foundation
import Testing

extension ProgramTests {
  /// Coefficients that are left to the program.
  @Suite struct CoefficientSearchTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func merge(_ collection: FixtureCollection, _ name: String, ranks: Int? = nil) throws -> MergedOutput {
      let recipe = try folder.write(collection.yaml, as: "\(name).yaml")
      let run = try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(name)"], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      return try MergedOutput("\(folder.path)/\(name)")
    }

    /// The recipe as run holds what was chosen, and run again gives the same bytes without a search.
    private func expectSameWithoutSearch(_ chosen: MergedOutput) throws {
      let again = "\(folder.path)/again"
      let run = try ProgramRun.adarank(["merge", "\(chosen.path)/recipe.yaml", again, "--overwrite"])
      try #require(run.status == 0, "\(run.errors)")
      let repeated = try MergedOutput(again)
      #expect(repeated.weightsSha256 == chosen.weightsSha256)
      #expect(chosen.report["search"] != nil && repeated.report["search"] == nil)
    }

    @Test(
      arguments: [
        ("clip", "task_arithmetic", [], 8), ("clip", "tsv_m", [], 8), ("clip", "ties", [], 8),
        ("clip", "cart", ["initial_kept_fraction: auto"], 24), ("clip", "adarank", FixtureCollection.fewSteps, 8),
        ("clip", "adamerging", FixtureCollection.fewSteps, 8),
        ("clip", "adarank", ["origin: tsv_m"] + FixtureCollection.fewSteps, 8),
        ("clip", "adarank", ["origin: cart", "initial_kept_fraction: auto", "steps: 2"], 24),
        ("bert", "adarank", FixtureCollection.fewSteps, 8), ("gpt2", "iso_c", [], 8),
        ("roberta", "task_arithmetic", [], 8),
      ] as [(String, String, [String], Int)])
    func theChosenCoefficientIsAsIfGiven(
      _ fixture: String, _ method: String, _ parameters: [String], trials: Int
    ) throws {
      var collection = FixtureCollection(fixture: fixture, method)
      collection.parameters = ["merge_coefficient: auto"] + parameters
      let chosen = try merge(collection, "auto")
      let search = try #require(chosen.report["search"] as? [String: Any])
      let grid = try #require(search["trials"] as? [[String: Any]])
      #expect(grid.count == trials)
      let means = grid.compactMap { $0["mean"] as? Double }
      let coefficient = try #require(search["merge_coefficient"] as? Double)
      let fraction = search["kept_fraction"] as? Double
      let best = try #require(grid.first { $0["mean"] as? Double == means.max() })
      #expect(best["merge_coefficient"] as? Double == coefficient && best["kept_fraction"] as? Double == fraction)
      for trial in grid {
        let agreement = try #require(trial["agreement"] as? [Double])
        #expect(agreement.count == 3 && agreement.allSatisfy { (0...1).contains($0) })
      }
      // The models disagree enough for the grid to matter.
      #expect(Set(means).count > 1)

      #expect(try merge(collection, "three", ranks: 3).weightsSha256 == chosen.weightsSha256)
      collection.parameters =
        ["merge_coefficient: \(coefficient)"] + parameters.filter { !$0.hasPrefix("initial_kept") }
        + (fraction.map { ["initial_kept_fraction: \($0)"] } ?? [])
      #expect(try merge(collection, "given").weightsSha256 == chosen.weightsSha256)
      try expectSameWithoutSearch(chosen)
    }

    /// Heads that class names make are there before the search begins.
    @Test(arguments: ["task_arithmetic", "adarank"]) func headsMayBeMadeOfClassNames(_ method: String) throws {
      let named = try ZeroShotCollection(in: folder)
      let recipe = try folder.write(
        named.yaml(method, ["merge_coefficient: auto"] + (method == "adarank" ? FixtureCollection.fewSteps : [])),
        as: "named.yaml")
      let outputs = try [nil, 3].map { ranks in
        let out = "\(folder.path)/named\(ranks ?? 1)"
        let run = try ProgramRun.adarank(["merge", recipe, out], ranks: ranks)
        try #require(run.status == 0, "\(run.errors)")
        return try MergedOutput(out)
      }
      let searches = outputs.map { ($0.report["search"] as? [String: Any])?["merge_coefficient"] as? Double }
      #expect(searches[0] != nil && searches[0] == searches[1])
      #expect(outputs[0].weightsSha256 == outputs[1].weightsSha256)
      try expectSameWithoutSearch(outputs[0])
    }

    /// The fixture's labels are what the fine-tuned models say, so a merge's accuracy is its agreement with them.
    @Test func agreementIsThatOfTheMergeItself() throws {
      var collection = FixtureCollection(fixture: "vit", "task_arithmetic")
      collection.parameters = ["merge_coefficient: auto"]
      let search = try #require(try merge(collection, "auto").report["search"] as? [String: Any])
      let trials = try #require(search["trials"] as? [[String: Any]])
      for trial in [trials[0], trials[4], trials[7]] {
        let coefficient = try #require(trial["merge_coefficient"] as? Double)
        collection.parameters = ["merge_coefficient: \(coefficient)"]
        let given = try merge(collection, "given-\(coefficient)")
        #expect(trial["agreement"] as? [Double] == given.tasks.map { $0["accuracy"] as? Double ?? -1 })
      }
    }

    @Test func inputsAreNeeded() throws {
      var collection = FixtureCollection("task_arithmetic")
      collection.parameters = ["merge_coefficient: auto"]
      let text = collection.yaml.replacing("    adapt: \(collection.inputs("beta"))\n", with: "")
      let run = try ProgramRun.adarank(["merge", try folder.write(text, as: "recipe.yaml"), "\(folder.path)/out"])
      #expect(run.status == 2)
      #expect(
        run.errors.contains("auto chooses on unlabelled inputs: adapt is missing for task 'beta'"), "\(run.errors)")
    }
  }
}
