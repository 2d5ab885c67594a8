import Foundation
import Merging

/// A plan as a person reads it.
package struct MergePlanText {
  private let plan: MergePlan
  private let productRate: Double

  /// - Parameter productRate: operations per second of one thread.
  package init(_ plan: MergePlan, productRate: Double) {
    self.plan = plan
    self.productRate = productRate
  }

  package var text: String {
    var lines = [
      "\(plan.mergeMethod): \(Numbers.counted(plan.tasks, "task")), \(plan.masked) masked, \(plan.scaled) scaled and "
        + "\(plan.frozen) frozen tensors"
        + (plan.components > 0 ? ", \(plan.components) singular components" : "")
    ]
    if plan.steps > 0 {
      let seconds = (plan.perRank.map(\.operations).max() ?? 0) / productRate / Double(plan.threadsPerRank)
      lines.append(
        "\(Numbers.counted(plan.steps, "step")) of \(Numbers.counted(plan.lanes, "lane")); a step takes about "
          + String(format: "%.2g s", seconds) + ", all of them "
          + Numbers.duration(seconds * Double(plan.steps)) + " on "
          + "\(Numbers.counted(plan.perRank.count, "rank")) of \(Numbers.counted(plan.threadsPerRank, "thread"))")
    }
    lines.append(
      String(format: "the largest rank has %.2f times the mean of the work; ", plan.imbalance)
        + "up to \(Numbers.counted(plan.usefulRanks, "rank")) share it evenly")
    if let recomputed = plan.perRank.compactMap(\.memory?.recomputedLayers).max(), recomputed > 0 {
      lines.append("to keep to the memory, activations of \(Numbers.counted(recomputed, "block")) are computed again")
    }
    return lines.joined(separator: "\n") + "\n\n" + ranks.text
  }

  private var ranks: TextTable {
    let hasMemory = plan.perRank.contains { $0.memory != nil }
    return TextTable(
      header: ["rank", "owns", "samples", "Gflop per step"]
        + (hasMemory
          ? ["memory", "weights", "origins", "components", "learning", "activations", "gradients", "scratch"] : []),
      rows: plan.perRank.enumerated().map { rank, own in
        ["\(rank)", "\(own.shares)", "\(own.samples)", String(format: "%.1f", own.operations / 1e9)]
          + (own.memory.map { memory in
            [
              Numbers.bytes(memory.total), Numbers.bytes(memory.weights), Numbers.bytes(memory.origins),
              Numbers.bytes(memory.components) + (memory.mapsComponents ? " mapped" : ""),
              Numbers.bytes(memory.learning), Numbers.bytes(memory.activations), Numbers.bytes(memory.gradients),
              Numbers.bytes(memory.scratch),
            ]
          } ?? [])
      })
  }
}
