import Communication
import Foundation
import Merging

/// The lockstep loop against the golden runs: losses, masks and coefficients on their way.
enum AdaptationChecks {
  static func run(_ context: CheckContext, family: String, steps: Int) throws {
    let golden = try Golden(family: family, fixtures: context.fixtures)
    let job = try Job(world: context.world)
    let pool = context.pool()
    for name in FixtureMerge.learningNames {
      let merge = FixtureMerge(name, family: family, fixtures: context.fixtures, steps: steps)
      let compared = [1, 10, 120].filter { $0 <= steps }
      try compare(context, merge, golden, compared) { try merge.learn(job: job, pool: pool, atStep: $0) }
    }
    let merge = FixtureMerge("adarank_ta", family: family, fixtures: context.fixtures, steps: 10, lanes: nil)
    try compare(context, merge, golden, [10]) { try merge.learn(job: job, pool: pool, atStep: $0) }
  }

  /// The components exchange: the golden runs' first steps on several nodes, of few and many ranks. Prints the digests of
  /// merges, which must be the same for as many nodes of equally many ranks.
  static func components(_ context: CheckContext) throws {
    let size = context.world.size
    // Nodes of equally many ranks; a first node that is smaller than the second; nodes whose ranks take turns.
    let layouts = [
      (0..<size).map { $0 }, (0..<size).map { $0 * 2 / size }, (0..<size).map { min($0, 1) }, (0..<size).map { $0 % 2 },
    ]
    var known: [[Int]] = []
    for layout in layouts where !known.contains(layout) {
      known.append(layout)
      let job = try Job(world: context.world, nodeOfRank: layout)
      for (family, name) in [("clip", "adarank_ta"), ("clip", "adarank_cart"), ("gpt2", "adarank_ta_self_label")] {
        var merge = FixtureMerge(name, family: family, fixtures: context.fixtures, steps: 10)
        merge.request.learning!.exchange = .components
        let golden = try Golden(family: family, fixtures: context.fixtures)
        try compare(context, merge, golden, [1, 10]) {
          let run = try merge.learn(job: job, pool: context.pool(), atStep: $0)
          context.verdict.expectEqual(run.exchange, .components, "the exchange on \(job.topology.nodeCount) nodes")
          try compareGivers(context, merge, run, job)
          return run
        }
        for threads in [1, 2] {
          let report = try DigestChecks.merge(merge.request, job: job, pool: context.pool(threads: threads), context)
          guard Set(job.topology.ranksByNode.map(\.count)).count == 1 else { continue }
          context.say("digest \(family) \(name) \(job.topology.nodeCount) \(report.weightsSha256 ?? "")")
        }
      }
    }
  }

  /// Every node has all merged tensors; those that are written come from their owners on rank 0's node, and over no network.
  private static func compareGivers(
    _ context: CheckContext, _ merge: FixtureMerge, _ run: LearningRun, _ job: Job
  ) throws {
    for tensor in try Collection(opening: merge.request).tensors.indices {
      let giver = run.giver(of: tensor)
      context.verdict.expectEqual(job.topology.nodeOfRank[giver], 0, "the node that gives tensor \(tensor)")
      guard job.nodeIndex == 0 else { continue }
      context.verdict.expectEqual(
        job.topology.ranksByNode[0].firstIndex(of: giver), run.shardPlan.owner(of: tensor),
        "the rank of its node that gives tensor \(tensor)")
    }
  }

  private static func compare(
    _ context: CheckContext, _ merge: FixtureMerge, _ golden: Golden, _ steps: [Int],
    _ learn: (@escaping (LearningRun, Int) throws -> Void) throws -> LearningRun
  ) throws {
    var states: [Int: LearnedState] = [:]
    let run = try learn { run, step in
      if steps.contains(step) { states[step] = try run.state() }
    }
    let what = "\(merge.family) \(merge.name)"
    compareLosses(context, run.losses, golden.losses(merge.name), what)
    for step in steps {
      guard let state = states[step] else {
        context.verdict.expect(false, "\(what): step \(step) was not taken")
        continue
      }
      let wanted = try golden.tensors("\(merge.name)_state_step\(step)")!
      if step <= 10 {
        compareEarly(context, state, wanted, "\(what), step \(step)")
      } else {
        compareLate(
          context, state, wanted, "\(what), step \(step)", different: merge.name == "adarank_cart" ? 0.1 : 0.05)
      }
    }
    context.verdict.expectEqual(
      states[steps.last!].map { try! run.state() == $0 }, true, "\(what): whether the last step's state stays")
  }

  /// The first ten steps' losses within 1e-4 relative.
  private static func compareLosses(_ context: CheckContext, _ got: [[Double]], _ wanted: [[Double]], _ what: String) {
    for step in 0..<min(10, got.count) {
      context.verdict.expectEqual(got[step].count, wanted[step].count, "\(what): losses of a step")
      for (task, (got, wanted)) in zip(got[step], wanted[step]).enumerated() {
        context.verdict.expect(
          abs(got - wanted) <= 1e-4 * abs(wanted),
          "\(what): loss of task \(task) at step \(step + 1) is \(got), not \(wanted)")
      }
    }
  }

  /// Logits within 1e-3 for 99 % of components, no bit different that is not in doubt, coefficients within 1e-3.
  private static func compareEarly(
    _ context: CheckContext, _ state: LearnedState, _ wanted: [String: [Float]], _ what: String
  ) {
    var (components, near, compared) = (0, 0, 0)
    for tensor in state.tensors {
      if let logits = wanted["logits." + tensor.name] {
        compared += 1
        let got = tensor.maskLogits.flatMap { $0 }
        context.verdict.expectEqual(got.count, logits.count, "\(what): components of \(tensor.name)")
        for (component, (got, wanted)) in zip(got, logits.map(Double.init)).enumerated() {
          components += 1
          if abs(got - wanted) <= 1e-3 { near += 1 }
          context.verdict.expect(
            (got > 0) == (wanted > 0) || abs(wanted) <= 5e-4,
            "\(what): \(tensor.name), component \(component): logit \(got), golden \(wanted)")
        }
      }
      guard let coefficients = wanted["coefficients." + tensor.name] else { continue }
      compared += 1
      context.verdict.expectEqual(
        tensor.coefficients.count, coefficients.count, "\(what): coefficients of \(tensor.name)")
      guard !isKeyBias(tensor.name) else { continue }
      for (got, wanted) in zip(tensor.coefficients, coefficients.map(Double.init)) {
        context.verdict.expect(
          abs(got - wanted) <= 1e-3, "\(what): coefficients.\(tensor.name) is \(got), golden \(wanted)")
      }
    }
    context.verdict.expectEqual(compared, wanted.count, "\(what): tensors that were compared")
    context.verdict.expect(
      Double(near) >= 0.99 * Double(components), "\(what): only \(near) of \(components) logits are within 1e-3")
  }

  /// At most a share of the mask bits different: a few that are decided near the threshold pull others along.
  private static func compareLate(
    _ context: CheckContext, _ state: LearnedState, _ wanted: [String: [Float]], _ what: String, different: Double
  ) {
    var (components, wrong) = (0, 0)
    for tensor in state.tensors {
      guard let logits = wanted["logits." + tensor.name] else { continue }
      for (got, wanted) in zip(tensor.maskLogits.joined(), logits) {
        components += 1
        if (got > 0) != (wanted > 0) { wrong += 1 }
      }
    }
    context.verdict.expect(components > 0, "\(what): no components were compared")
    context.verdict.expect(
      Double(wrong) <= different * Double(components), "\(what): \(wrong) of \(components) bits are different")
    context.say("\(what): \(wrong) of \(components) bits differ from the golden ones")
  }
}
