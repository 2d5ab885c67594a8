import Checkpoints
import Foundation
import TestSupport
import Testing

extension ProgramTests {
  /// mergekit's recipes against mergekit's own output, byte for byte; `make.py` beside the fixtures makes it.
  @Suite struct MergekitTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: ["linear", "task_arithmetic"], [nil, 2])
    func mergedBytesAreMergekits(_ method: String, ranks: Int?) throws {
      let recipe = Fixtures.path("mergekit/\(method).yaml")
      let out = "\(folder.path)/\(method)"
      let run = try ProgramRun.adarank(["merge", "--mergekit", recipe, out], ranks: ranks)
      try #require(run.status == 0, "\(run.errors)")
      let merged = try ModelFolder(path: out)
      let wanted = try SafetensorsFile(path: Fixtures.path("mergekit/\(method).safetensors"))
      #expect(Set(wanted.entries.map(\.name)).isSubset(of: merged.names))
      for entry in wanted.entries {
        #expect(try merged.tensor(entry.name) == wanted.tensor(entry.name), "\(entry.name)")
      }
    }

    @Test func aRecipeOfOurOwnIsNoneOfMergekits() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      let run = try ProgramRun.adarank(["merge", "--mergekit", recipe, "\(folder.path)/out"])
      #expect(run.status == 2)
      #expect(run.complaints.contains { $0.contains("of mergekit's methods this program runs") }, "\(run.errors)")
    }
  }
}
