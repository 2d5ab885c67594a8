import Foundation
import Merging
import Testing

@testable import Reports

@Suite struct MergePlanTextTests {
  private func plan(_ steps: Int, memory: Bool) throws -> MergePlan {
    let memoryJSON = """
      {"weights": 1000, "origins": 2000, "components": 50000, "maps_components": true, "learning": 300,
       "activations": 4000, "gradients": 500, "scratch": 60, "recomputed_layers": 3}
      """
    let json = """
      {"merge_method": "adarank", "tasks": 8, "masked": 2, "scaled": 1, "frozen": 0, "components": 64, "steps": \(steps),
       "lanes": 4, "threads_per_rank": 2, "useful_ranks": 5, "per_rank": [
         {"shares": 2, "samples": 8, "operations": 3e9\(memory ? ", \"memory\": \(memoryJSON)" : "")},
         {"shares": 1, "samples": 8, "operations": 1e9\(memory ? ", \"memory\": \(memoryJSON)" : "")}]}
      """
    return try JSONDecoder.report.decode(MergePlan.self, from: Data(json.utf8))
  }

  @Test func aLearningPlanSaysTimeAndMemory() throws {
    let text = MergePlanText(try plan(100, memory: true), productRate: 1e9).text
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "adarank: 8 tasks, 2 masked, 1 scaled and 0 frozen tensors, 64 singular components")
    // Three Gflop on two threads of one each.
    #expect(
      lines[1].contains("a step takes about 1.5 s, all of them 2 min 30 s on 2 ranks of 2 threads"), "\(lines[1])")
    #expect(lines[2] == "the largest rank has 1.50 times the mean of the work; up to 5 ranks share it evenly")
    #expect(lines[3].contains("3 blocks are computed again"))
    // Mapped components are not the rank's own memory.
    #expect(text.contains("7.9 kB") && text.contains("50.0 kB mapped"), "\(text)")
  }

  @Test func aStaticPlanHasNeither() throws {
    let text = MergePlanText(try plan(0, memory: false), productRate: 1e9).text
    #expect(!text.contains("step takes") && !text.contains("memory"))
  }
}
