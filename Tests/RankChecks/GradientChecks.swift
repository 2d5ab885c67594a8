import Communication
import Merging

/// Singular values, and the gradients of masks and coefficients at the first step, against the golden ones.
enum GradientChecks {
  static func run(_ context: CheckContext) throws {
    for ranksPerNode in context.world.size > 1 ? [nil, 1] : [nil] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      for family in ["clip", "openclip", "roberta", "bert", "gpt2"] {
        let golden = try Golden(family: family, fixtures: context.fixtures)
        for name in FixtureMerge.learningNames {
          let merge = FixtureMerge(name, family: family, fixtures: context.fixtures, steps: 1)
          let run = try merge.learn(job: job, pool: context.pool())
          try compare(context, run.shares, merge, golden)
        }
      }
    }
  }

  /// After one step the first moment is (1 − β₁) times the gradient.
  private static func gradient(_ vector: AdamVector) -> [Double] { vector.firstMoments.map { $0 / (1 - 0.9) } }

  private static func compare(
    _ context: CheckContext, _ shares: [OwnedShare], _ merge: FixtureMerge, _ golden: Golden
  ) throws {
    let what = "\(merge.family) \(merge.name)"
    let masks = try golden.tensors("\(merge.name)_maskgrad_step1")
    let coefficients = try golden.tensors("\(merge.name)_coefgrad_step1")
    let values = try golden.tensors("\(merge.name)_singular_values")
    var compared = [0, 0, 0]
    for owned in shares {
      let name = owned.tensor.name
      let r = owned.tensor.componentCount
      func places(_ count: Int) -> Range<Int> {
        owned.share.tasks.lowerBound * count..<owned.share.tasks.upperBound * count
      }
      if let wanted = values?[name] {
        compared[0] += owned.share.tasks.count
        expectNear(
          context, owned.components.flatMap { $0.values.map(Double.init) }, Array(wanted[places(r)]),
          within: 1e-5 * Double(wanted.max()!), "\(what): singular values of \(name)")
      }
      if let wanted = masks?[name] {
        compared[1] += owned.share.tasks.count
        expectNear(
          context, owned.maskLogits.flatMap(gradient), Array(wanted[places(r)]), within: 1e-3 * largest(wanted),
          "\(what): mask gradient of \(name)")
      }
      if let wanted = coefficients?[name], !isKeyBias(name) {
        compared[2] += owned.share.tasks.count
        expectNear(
          context, gradient(owned.coefficients), Array(wanted[places(1)]), within: 1e-3 * largest(wanted),
          "\(what): coefficient gradient of \(name)")
      }
    }
    // Between them the ranks own every task of every tensor.
    let tasks = FixtureMerge.tasks.count
    let wanted = [
      values?.count ?? 0, masks?.count ?? 0, coefficients?.keys.count { !isKeyBias($0) } ?? 0,
    ]
    context.verdict.expectEqual(
      try context.world.sum(compared), wanted.map { $0 * tasks }, "\(what): tasks of tensors that were compared")
  }

  private static func largest(_ values: [Float]) -> Double { Double(values.map(abs).max()!) }

  private static func expectNear(
    _ context: CheckContext, _ got: [Double], _ wanted: [Float], within tolerance: Double, _ what: String
  ) {
    context.verdict.expectEqual(got.count, wanted.count, "\(what): count")
    let worst = zip(got, wanted).map { abs($0 - Double($1)) }.max() ?? 0
    context.verdict.expect(worst <= tolerance, "\(what) is off by \(worst), allowed \(tolerance)")
  }
}
