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
    lines += before
    lines.append(space)
    let said = plan.findings.map { "would be refused: \($0)" } + plan.notes.map { "note: \($0)" }
    return lines.joined(separator: "\n") + "\n\n" + ranks.text
      + (said.isEmpty ? "" : "\n\n" + said.joined(separator: "\n"))
  }

  /// What the merge takes of memory and disks.
  private var space: String {
    let memory = plan.perNode.map(\.memory).max() ?? 0
    var parts = ["\(plan.nodes > 1 ? "each node needs" : "it needs") up to \(Numbers.bytes(memory)) of memory"]
    parts.append("\(Numbers.bytes(plan.space.output)) of disk for the output")
    if plan.space.checkpoints > 0 { parts.append("\(Numbers.bytes(plan.space.checkpoints)) for checkpoints") }
    if plan.space.factors > 0 { parts.append("\(Numbers.bytes(plan.space.factors)) for singular components") }
    return parts.joined(separator: ", ")
  }

  /// What takes more memory before learning begins than learning itself.
  private var before: [String] {
    let plans = plan.perRank.compactMap(\.memory)
    let phases = [
      ("making heads of class names", plans.map(\.textTower)), ("choosing the coefficient", plans.map(\.search)),
    ]
    return phases.compactMap { phase, needs in
      guard let most = needs.max(), zip(needs, plans).contains(where: { $0 > $1.total }) else { return nil }
      return "\(phase) takes \(Numbers.bytes(most)) of memory on the largest rank, more than learning"
    }
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
              Numbers.bytes(memory.peak), Numbers.bytes(memory.weights), Numbers.bytes(memory.origins),
              Numbers.bytes(memory.components) + (memory.mapsComponents ? " mapped" : ""),
              Numbers.bytes(memory.learning), Numbers.bytes(memory.heads), Numbers.bytes(memory.activations),
              Numbers.bytes(memory.gradients), Numbers.bytes(memory.scratch),
            ]
          } ?? [])
      })
  }
}
