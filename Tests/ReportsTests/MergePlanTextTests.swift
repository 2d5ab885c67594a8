import Foundation
import Merging
import Testing

@testable import Reports

@Suite struct MergePlanTextTests {
  private func plan(
    _ steps: Int, memory: Bool, nodes: Int = 1, textTower: Int = 0, search: Int = 0, findings: [String] = []
  ) throws -> MergePlan {
    let memoryJSON = """
      {"weights": 1000, "origins": 2000, "components": 50000, "maps_components": true, "learning": 300,
       "heads": 40,
       "activations": 4000, "gradients": 500, "scratch": 60, "recomputed_layers": 3,
       "text_tower": \(textTower), "search": \(search)}
      """
    let stepJSON = """
      {"exchange": "components", "network": 10, "work": {"samples": 16, "lane_count": 4, "operations_per_sample": 1e8,
       "owner_operations": [1e8, 1e8], "tasks": 8, "elements": 1000000000, "components": 64}}
      """
    let trafficJSON = #"{"gradients": 1000, "products": 200, "weights": 300}"#
    let rest = memory ? ", \"memory\": \(memoryJSON), \"traffic\": \(trafficJSON)" : ""
    let json = """
      {"merge_method": "adarank", "tasks": 8, "masked": 2, "scaled": 1, "frozen": 0, "components": 64, "steps": \(steps),
       "lanes": 4, "threads_per_rank": 2, "useful_ranks": 5,
       "nodes": \(nodes)\(steps > 0 ? ", \"step\": \(stepJSON)" : ""), "per_rank": [
         {"node": 0, "shares": 2, "samples": 8, "operations": 3e9\(rest)},
         {"node": \(nodes - 1), "shares": 1, "samples": 8, "operations": 1e9\(rest)}],
       "per_node": [{"ranks": 2, "own": 2000000, "shared": 1000000, "factors": 0}],
       "space": {"output": 4000000, "checkpoints": \(steps > 0 ? 500_000 : 0), "factors": \(steps > 0 ? 60_000 : 0)},
       "findings": \(findings), "notes": ["good to know"]}
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
    #expect(text.contains("sends per step") && text.contains("1.5 kB"), "\(text)")
    #expect(!text.contains("exchange"))
  }

  @Test func aPlanOverNodesComparesTheExchanges() throws {
    let lines = MergePlanText(try plan(100, memory: true, nodes: 2), productRate: 1e9).text.split(separator: "\n")
    #expect(lines[1].hasSuffix("on 2 ranks of 2 threads on 2 nodes"), "\(lines[1])")
    // Lanes take 0.4 s and owners 0.4 or 0.8 s. Dense has 4 GB to move in 3.2 s, of which it hides 0.67 s.
    #expect(
      lines[2] == "nodes exchange the components' gradients (exchange: components); a step by the cost model over "
        + "10 Gbit/s: dense 3.3 s, components 1.2 s", "\(lines[2])")
    #expect(lines.contains { $0.hasPrefix("node  rank  owns") })
    #expect(lines.contains { $0.hasPrefix("1        1     1 ") }, "\(lines)")
  }

  @Test func whatTakesMoreThanLearningIsSaid() throws {
    let less = MergePlanText(try plan(100, memory: true, textTower: 7_000, search: 7_500), productRate: 1e9).text
    #expect(!less.contains("more than learning") && less.contains("7.9 kB"), "\(less)")
    let more = MergePlanText(try plan(100, memory: true, textTower: 9_000, search: 9_500), productRate: 1e9).text
    #expect(
      more.contains("making heads of class names takes 9.0 kB of memory on the largest rank, more than learning\n"),
      "\(more)")
    #expect(more.contains("choosing the coefficient takes 9.5 kB of memory on the largest rank, more than learning\n"))
    // The rank's memory is the most that it takes at a time.
    #expect(!more.contains("7.9 kB"), "\(more)")
  }

  @Test func aStaticPlanHasNeither() throws {
    let text = MergePlanText(try plan(0, memory: false), productRate: 1e9).text
    #expect(!text.contains("step takes") && !text.contains("activations"))
    #expect(text.contains("\nit needs up to 3.0 MB of memory, 4.0 MB of disk for the output\n\n"), "\(text)")
  }

  @Test func aPlanSaysWhatItNeedsAndWhatWouldKeepItFromBeginning() throws {
    let text = MergePlanText(try plan(100, memory: true, nodes: 2, findings: ["too little"]), productRate: 1e9).text
    #expect(
      text.contains(
        "\neach node needs up to 3.0 MB of memory, 4.0 MB of disk for the output, 500.0 kB for checkpoints, 60.0 kB for "
          + "singular components\n\n"), "\(text)")
    #expect(text.hasSuffix("\n\nwould be refused: too little\nnote: good to know"), "\(text)")
  }
}
