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

    @Test(
      arguments: [
        ("task_arithmetic", [], 8), ("tsv_m", [], 8), ("ties", [], 8), ("cart", ["initial_kept_fraction: auto"], 24),
        ("adarank", FixtureCollection.fewSteps, 8),
        ("adarank", ["origin: cart", "initial_kept_fraction: auto", "steps: 2"], 24),
      ] as [(String, [String], Int)])
    func theChosenCoefficientIsAsIfGiven(_ method: String, _ parameters: [String], trials: Int) throws {
      var collection = FixtureCollection(method)
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
