import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// What else can be learnt beside masks and the coefficients of single tensors.
enum LearnableChecks {
  /// One coefficient for all tensors of a task takes its first step against the sum of the tensors' golden gradients.
  static func sharedCoefficients(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    for family in ["clip", "gpt2"] {
      var merge = FixtureMerge("adarank_ta", family: family, fixtures: context.fixtures, steps: 1)
      merge.request.learning!.granularity = .task
      let gradients = try Golden(family: family, fixtures: context.fixtures).tensors("adarank_ta_coefgrad_step1")!
      let wanted = (0..<FixtureMerge.tasks.count).map { task in
        let gradient = gradients.values.reduce(0) { $0 + Double($1[task]) }
        return 0.3 - 0.01 * gradient / (abs(gradient) + 1e-8)
      }
      let state = try merge.learn(job: job, pool: context.pool()).state()
      for tensor in state.tensors {
        for (got, wanted) in zip(tensor.coefficients, wanted) {
          context.verdict.expect(
            abs(got - wanted) < 1e-6, "\(family), \(tensor.name): coefficient \(got) after a step, golden \(wanted)")
        }
      }
      // A logit moves by at most the learning rate, and begins at 0.1.
      merge.request.learning!.steps = 20
      let laterRun = try merge.learn(job: job, pool: context.pool())
      let later = try laterRun.state()
      context.verdict.expect(
        Set(later.tensors.map(\.coefficients)).count == 1, "\(family): tensors' coefficients differ after some steps")
      context.verdict.expect(try laterRun.flipped() > 0, "\(family): no mask was learnt beside them")
    }
  }

  /// Before the first step a joined origin gives what the static method of its name gives.
  static func joinedOrigins(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    for family in ["clip", "bert"] {
      for (origin, method) in [(Origin.tsvM, MergeMethod.tsvM), (.isoCTS, .isoCTS)] {
        var merge = FixtureMerge("adarank_ta", family: family, fixtures: context.fixtures, steps: 0)
        merge.request.learning!.origin = origin
        merge.request.learning!.mergeCoefficient = 1
        let begun = try tensors(merge.request, job, context)
        let wanted = try tensors(FixtureMerge.request(method, family: family, fixtures: context.fixtures), job, context)
        context.verdict.expectEqual(begun.keys.sorted(), wanted.keys.sorted(), "\(family) \(origin): tensors")
        for (name, wanted) in wanted {
          let worst = zip(begun[name]!, wanted).map { abs($0 - $1) }.max() ?? 0
          let scale = wanted.map(abs).max() ?? 0
          context.verdict.expect(
            worst <= 1e-5 * max(1, scale), "\(family) \(origin): \(name) is off by \(worst) before the first step")
        }
        merge.request.learning!.steps = 20
        let run = try merge.learn(job: job, pool: context.pool())
        let state = try run.state()
        context.verdict.expect(try run.flipped() > 0, "\(family) \(origin): nothing was learnt")
        // A third of what task vectors have between them, or of what Iso-CTS leaves to tasks: ⌊(32 − 25)/3⌋ of 32.
        let matrices = state.tensors.count { !$0.maskLogits.isEmpty }
        context.verdict.expectEqual(
          state.total, matrices * 3 * (origin == .tsvM ? 10 : 2), "\(family) \(origin): components")
      }
    }
  }

  /// What a merge writes, by name, on rank 0.
  private static func tensors(
    _ request: MergeRequest, _ job: Job, _ context: CheckContext
  ) throws -> [String: [Float]] {
    try context.withScratchFolder { folder in
      let merge = try Merge(request, job: job, pool: context.pool()) { _ in }
      try merge.run()
      let output = try job.onCoordinator { try OutputFolder(at: "\(folder)/out", overwrite: false) }
      try merge.write(into: output)
      guard let output else { return [:] }
      let written = try SafetensorsFile(path: output.path(of: "model.safetensors"))
      return Dictionary(
        uniqueKeysWithValues: try written.entries.filter(\.elementType.isFloatingPoint).map {
          ($0.name, try written.tensor($0.name).elements)
        })
    }
  }

  /// Trimmed task vectors: before the first step the merge is θ₀ + λ Σ of what TIES' thresholds leave.
  static func trimming(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    for learn in [Set([Learnable.coefficients]), [.masks, .coefficients]] {
      var merge = FixtureMerge("adarank_ta", family: "clip", fixtures: context.fixtures, steps: 0)
      merge.request.learning!.learn = learn
      merge.request.learning!.density = 0.25
      let got = try tensors(merge.request, job, context)
      guard job.isCoordinator else { continue }
      let base = try ModelFolder(path: merge.request.base)
      var wanted: [String: [Float]] = [:]
      for name in got.keys { wanted[name] = try base.tensor(name).elements }
      let total = got.values.reduce(0) { $0 + $1.count }
      for source in merge.request.models {
        let model = try ModelFolder(path: source.model)
        var vectors: [String: [Float]] = [:]
        for name in got.keys {
          vectors[name] = zip(try model.tensor(name).elements, try base.tensor(name).elements).map { $0 - $1 }
        }
        let threshold = vectors.values.joined().map(abs).sorted(by: >)[total / 4 - 1]
        for (name, vector) in vectors {
          for (place, value) in vector.enumerated() where abs(value) >= threshold {
            wanted[name]![place] += 0.3 * value
          }
        }
      }
      for (name, values) in got {
        let worst = zip(values, wanted[name]!).map { abs($0 - $1) }.max() ?? 0
        context.verdict.expect(worst < 1e-5, "learning \(learn): \(name) is off by \(worst)")
      }
    }
  }

  /// Heads alone are learnt: the loss falls on the same inputs, each weight's first step is the learning rate, and the body
  /// stays as it is.
  static func heads(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    for family in ["clip", "roberta"] {
      var merge = FixtureMerge("adarank_ta", family: family, fixtures: context.fixtures, steps: 0)
      merge.request.learning!.learn = [.heads]
      merge.request.learning!.batchSize = 24
      merge.request.learning!.learningRate = 1e-3
      let before = try merge.learn(job: job, pool: context.pool()).heads
      let untouched = try DigestChecks.merge(merge.request, job: job, pool: context.pool(), context).weightsSha256
      merge.request.learning!.steps = 1
      let after = try merge.learn(job: job, pool: context.pool()).heads
      for (task, name) in FixtureMerge.tasks.enumerated() {
        let steps = zip(before[task].weight.elements, after[task].weight.elements).map { abs($0 - $1) }
        // A weight whose gradient is about as small as Adam's ε moves less.
        context.verdict.expect(
          steps.allSatisfy { $0 < 1.01e-3 } && steps.count { $0 > 0.9e-3 } > steps.count * 9 / 10,
          "\(family) \(name): the head's weights moved by \(steps.min()!) to \(steps.max()!)")
        context.verdict.expectEqual(before[task].bias, after[task].bias, "\(family) \(name): the head's bias")
      }
      merge.request.learning!.steps = 6
      let run = try merge.learn(job: job, pool: context.pool())
      for task in FixtureMerge.tasks.indices {
        let losses = run.losses.map { $0[task] }
        context.verdict.expect(
          zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(family): the losses are \(losses)")
      }
      let learned = try DigestChecks.merge(merge.request, job: job, pool: context.pool(), context).weightsSha256
      context.verdict.expectEqual(learned, untouched, "\(family): the body, of which nothing is learnt")
      if job.isCoordinator {
        let bits = run.heads.flatMap { $0.weight.elements.map(\.bitPattern) }
        context.say("heads \(family) \(bits.reduce(17) { $0 &* 31 &+ Int($1) })")
      }
    }
  }
}
