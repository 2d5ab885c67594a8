import Foundation
import Glibc
import Testing

extension ProgramTests {
  /// What is said before a merge begins.
  @Suite struct PreflightTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Mounts a small file system of its own, which only root may.
    private func withSmallDisk(bytes: Int, _ body: (String) throws -> Void) throws {
      try folder.write("", as: "disk/here")
      let path = "\(folder.path)/disk"
      let mounted = try ProgramRun.run(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "none", path])
      try #require(mounted.status == 0, "\(mounted.errors)")
      defer { _ = try? ProgramRun.run(["umount", path]) }
      try body(path)
    }

    @Test(.enabled(if: geteuid() == 0, "only root may mount a file system"), arguments: [nil, 2])
    func aDiskThatIsTooSmall(ranks: Int?) throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      try withSmallDisk(bytes: 64 << 10) { disk in
        let out = "\(disk)/merged"
        let run = try ProgramRun.adarank(["merge", recipe, out], ranks: ranks)
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.complaints.count == 1, "\(run.errors)")
        #expect(run.complaints.first?.contains("\(out): needs ") == true, "\(run.errors)")
        #expect(run.errors.contains("and 65.5 kB are free; free some space"), "\(run.errors)")
        #expect(run.output == "")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == [])

        // Whoever knows better may try, and gets the system's own answer, and a run that can go on.
        let tried = try ProgramRun.adarank(["merge", recipe, out, "--ignore-space"], ranks: ranks)
        #expect(tried.status == 1, "\(tried.errors)")
        #expect(tried.output.contains("note: \(out): needs "), "\(tried.output)")
        #expect(tried.complaints.contains { $0.contains("No space left on device") }, "\(tried.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk) == ["merged.unfinished"])
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(disk)/merged.unfinished")
        #expect(kept.contains("checkpoint.safetensors"))
        #expect(!kept.contains { $0.contains(".unfinished-") || $0 == "output" }, "\(kept)")

        let plan = try ProgramRun.adarank(["plan", recipe, "--out", out])
        #expect(plan.status == 0)
        #expect(plan.output.contains("\nwould be refused: \(out): needs "), "\(plan.output)")
      }
      try withSmallDisk(bytes: 8 << 20) { disk in
        let run = try ProgramRun.adarank(["merge", recipe, "\(disk)/merged"], ranks: ranks)
        #expect(run.status == 0, "\(run.errors)")
      }
    }

    /// Everything that is wrong is said together.
    @Test(.enabled(if: geteuid() == 0, "only root may mount a file system"))
    func sharedMemoryThatIsTooSmall() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      try withSmallDisk(bytes: 64 << 10) { disk in
        let run = try ProgramRun.adarank(
          ["merge", recipe, "\(disk)/merged"], ranks: 2,
          environment: ["OMPI_MCA_osc_sm_backing_directory": disk])
        #expect(run.status == 2, "\(run.errors)")
        #expect(run.complaints.count == 2, "\(run.errors)")
        #expect(
          run.complaints.contains {
            $0.contains("its ranks share ") && $0.contains("in a file under \(disk), which has room for 65.5 kB; ")
          }, "\(run.errors)")
      }
    }

    @Test func aPlanSaysWhatAMergeNeeds() throws {
      let recipe = try folder.write(FixtureCollection("adarank").yaml, as: "recipe.yaml")
      let text = try ProgramRun.adarank(["plan", recipe, "--ranks", "4", "--nodes", "2"])
      #expect(text.output.contains("\neach node needs up to "), "\(text.output)")
      #expect(text.output.contains(" for checkpoints, "), "\(text.output)")
      #expect(!text.output.contains("would be refused"), "\(text.output)")
      let json = try ProgramRun.adarank(["plan", recipe, "--ranks", "4", "--nodes", "2", "--json"])
      let plan = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let nodes = try #require(plan["per_node"] as? [[String: Int]])
      #expect(nodes.map { $0["ranks"] } == [2, 2])
      #expect(nodes.allSatisfy { $0["own"]! > 0 && $0["shared"]! > 0 })
      #expect((plan["space"] as? [String: Int])?["output"] ?? 0 > 0)
      #expect(plan["findings"] as? [String] == [])
    }
  }
}
