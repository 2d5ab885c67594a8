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
    if let step = plan.step {
      let seconds = seconds(step)
      lines.append(
        "\(Numbers.counted(plan.steps, "step")) of \(Numbers.counted(plan.lanes, "lane")); a step takes about "
          + String(format: "%.2g s", seconds) + ", all of them "
          + Numbers.duration(seconds * Double(plan.steps)) + " on "
          + "\(Numbers.counted(plan.perRank.count, "rank")) of \(Numbers.counted(plan.threadsPerRank, "thread"))"
          + (plan.nodes > 1 ? " on \(Numbers.counted(plan.nodes, "node"))" : ""))
      if plan.nodes > 1 { lines.append(exchange(step)) }
    }
    lines.append(
      String(format: "the largest rank has %.2f times the mean of the work; ", plan.imbalance)
        + "up to \(Numbers.counted(plan.usefulRanks, "rank")) share it evenly")
    if let recomputed = plan.perRank.compactMap(\.memory?.recomputedLayers).max(), recomputed > 0 {
      lines.append("to keep to the memory, activations of \(Numbers.counted(recomputed, "block")) are computed again")
    }
    return lines.joined(separator: "\n") + "\n\n" + ranks.text
  }

  /// The operations of the slowest rank, and what the network adds to them.
  private func seconds(_ step: MergePlan.StepPlan) -> Double {
    let rate = productRate * Double(plan.threadsPerRank)
    let computing = (plan.perRank.map(\.operations).max() ?? 0) / rate
    guard plan.nodes > 1 else { return computing }
    return computing + modelled(step, step.exchange, step.network) - modelled(step, step.exchange, .infinity)
  }

  /// A step by the cost model.
  private func modelled(_ step: MergePlan.StepPlan, _ exchange: Exchange, _ network: Double) -> Double {
    let rate = productRate * Double(plan.threadsPerRank)
    var model = CostModel.usual(network: network)
    (model.laneRate, model.ownerRate) = (rate, rate)
    return model.seconds(
      step.work, nodes: plan.nodes, ranksPerNode: (plan.perRank.count + plan.nodes - 1) / plan.nodes,
      exchange: exchange)
  }

  /// Which exchange the nodes have, and what the other would cost.
  private func exchange(_ step: MergePlan.StepPlan) -> String {
    let others = Exchange.allCases.map { exchange in
      "\(exchange.rawValue) " + String(format: "%.2g s", modelled(step, exchange, step.network))
    }
    return "nodes exchange \(step.exchange == .dense ? "gradients and weights" : "the components' gradients") "
      + "(exchange: \(step.exchange.rawValue)); a step by the cost model over "
      + String(format: "%g", step.network) + " Gbit/s: " + others.joined(separator: ", ")
  }

  private var ranks: TextTable {
    let hasMemory = plan.perRank.contains { $0.memory != nil }
    return TextTable(
      header: (plan.nodes > 1 ? ["node"] : []) + ["rank", "owns", "samples", "Gflop per step"]
        + (hasMemory
          ? [
            "sends per step", "memory", "weights", "origins", "components", "learning", "heads", "activations",
            "gradients", "scratch",
          ] : []),
      rows: plan.perRank.enumerated().map { rank, own in
        (plan.nodes > 1 ? ["\(own.node)"] : [])
          + ["\(rank)", "\(own.shares)", "\(own.samples)", String(format: "%.1f", own.operations / 1e9)]
          + (own.memory.map { memory in
            [
              own.traffic.map { Numbers.bytes($0.total) } ?? "",
              Numbers.bytes(memory.total), Numbers.bytes(memory.weights), Numbers.bytes(memory.origins),
              Numbers.bytes(memory.components) + (memory.mapsComponents ? " mapped" : ""),
              Numbers.bytes(memory.learning), Numbers.bytes(memory.heads), Numbers.bytes(memory.activations),
              Numbers.bytes(memory.gradients), Numbers.bytes(memory.scratch),
            ]
          } ?? [])
      })
  }
}
