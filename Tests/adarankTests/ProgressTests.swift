import Foundation
import Testing

extension ProgramTests {
  /// What a merge says while it runs.
  @Suite struct ProgressTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func merge(_ options: String..., ranks: Int?) throws -> ProgramRun {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      return try ProgramRun.adarank(["merge", recipe, "\(folder.path)/\(UUID().uuidString)"] + options, ranks: ranks)
    }

    @Test(arguments: [nil, 2])
    func withoutATerminalOnlyALogThatIsAskedForIsWritten(ranks: Int?) throws {
      #expect(try merge(ranks: ranks).errors == "")
      #expect(try merge("--log", "--quiet", ranks: ranks).errors == "")
      let run = try merge("--log", ranks: ranks)
      #expect(run.status == 0)
      let lines = run.errors.split(separator: "\n")
      #expect(lines.allSatisfy { $0.wholeMatch(of: /\[[\d.]+ s\] .*/) != nil }, "\(run.errors)")
      for phase in ["reading", "factoring", "adapting", "surveying", "evaluating", "writing"] {
        #expect(lines.filter { $0.hasSuffix("] \(phase) …") }.count == 1, "\(phase)")
      }
      let steps = lines.filter { $0.contains(" step ") }
      #expect(steps.count == 1)
      #expect(steps.first?.contains("step 1/3") == true)
      #expect(steps.first?.contains(/alpha \d\.\d\d  beta \d\.\d\d  gamma \d\.\d\d$/) == true, "\(run.errors)")
    }
  }
}
