import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// What reports say that tasks have in common, against the definition, in double precision and from the files. Prints it, for
/// it must be the same for every number of ranks.
enum InterferenceChecks {
  static func run(_ context: CheckContext) throws {
    for method in [MergeMethod.average, .linear, .taskArithmetic, .cart, .tsvM, .isoC, .isoCTS, .ties, .consensusTA] {
      var request = FixtureMerge.request(method, family: "openclip", fixtures: context.fixtures)
      for (index, weight) in [0.5, 1.5, -0.25].enumerated() { request.models[index].weight = weight }
      try check(request, "\(method)", context)
      request.statics!.mergeCoefficient = 0
      try check(request, "\(method) without a coefficient", context)
    }
    for name in ["adarank_ta", "adarank_cart", "adamerging_layerwise"] {
      try check(FixtureMerge(name, family: "clip", fixtures: context.fixtures, steps: 2).request, name, context)
    }
    for origin in [Origin.tsvM, .isoCTS] {
      var joined = FixtureMerge("adarank_ta", family: "clip", fixtures: context.fixtures, steps: 2).request
      joined.learning!.origin = origin
      try check(joined, "origin \(origin)", context)
    }
    for density in [0.25, 1e-9] {
      var trimmed = FixtureMerge("adamerging_layerwise", family: "clip", fixtures: context.fixtures, steps: 2).request
      trimmed.learning!.density = density
      try check(trimmed, "density \(density)", context)
    }
    for method in [MergeMethod.taskArithmetic, .adamerging] {
      var scaled = FixtureMerge.request(method, family: "clip", fixtures: context.fixtures)
      scaled.learning?.steps = 1
      scaled.roles.scaled = [".*"]
      try check(scaled, "\(method) without masks", context)
    }
    for method in [MergeMethod.average, .linear, .taskArithmetic] {
      var own = FixtureMerge.request(method, family: "clip", fixtures: context.fixtures)
      own.base = own.models[1].model
      try check(own, "\(method) from a model", context)
    }
    var components = FixtureMerge("adamerging_layerwise", family: "clip", fixtures: context.fixtures, steps: 2).request
    components.learning!.exchange = .components
    try check(components, "components", context)
    var single = FixtureMerge.request(.taskArithmetic, family: "openclip", fixtures: context.fixtures)
    single.models.removeLast(2)
    let report = try DigestChecks.merge(
      single, job: Job(world: context.world), pool: context.pool(threads: 1), context)
    context.verdict.expectEqual(report.interference, nil, "one task")
  }

  private static func check(_ request: MergeRequest, _ what: String, _ context: CheckContext) throws {
    var found: [Interference?] = []
    for (ranksPerNode, threads) in [(nil, 1), (1, 2)] as [(Int?, Int)] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      let report = try DigestChecks.merge(request, job: job, pool: context.pool(threads: threads), context)
      found.append(report.interference)
    }
    guard context.world.rank == 0 else { return }
    context.verdict.expect(found[0] == found[1], "\(what): other nodes or threads")
    guard let interference = found[0] else { return context.verdict.expect(false, "\(what): there is none") }
    let wanted = try cosines(request, from: interference.start)
    let isMean =
      request.origin == .cart
      || [.average, .linear].contains(request.method) && request.base == request.models[1].model
    context.verdict.expectEqual(interference.start, isMean ? .mean : .base, "\(what): start")
    context.verdict.expect(interference.isOf(wanted.count), "\(what): of \(wanted.count) tasks")
    for (row, other) in zip(interference.cosines, wanted) {
      let isNear = zip(row, other).allSatisfy { abs(Double($0) - $1) < 1e-5 }
      context.verdict.expect(isNear, "\(what): cosines \(row), wanted \(other)")
    }
    context.say("digest interference \(what) \(interference.cosines)")
  }

  /// cos(τᵢ, τⱼ) over all masked matrices together, or all tensors where none is masked, from the definition.
  private static func cosines(_ request: MergeRequest, from start: Interference.Start) throws -> [[Double]] {
    let base = try ModelFolder(path: request.base)
    let models = try request.models.map { try ModelFolder(path: $0.model) }
    let count = models.count
    var products = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    func vectors(_ tensor: MergedTensor) throws -> [[Double]] {
      func values(_ folder: ModelFolder) throws -> [Double] {
        try tensor.members.flatMap { try folder.tensor($0.name).elements.map(Double.init) }
      }
      let tuned = try models.map(values)
      let start =
        start == .mean
        ? (0..<tensor.count).map { place in tuned.reduce(0) { $0 + $1[place] } / Double(count) } : try values(base)
      return tuned.map { zip($0, start).map { $0 - $1 } }
    }
    let tensors = try Collection(opening: request).tensors
    // AdaMerging++ keeps of each task the largest entries of all that is merged.
    var thresholds = [Double](repeating: 0, count: count)
    if let density = request.learning?.density, density < 1 {
      let all = try tensors.map(vectors)
      for task in models.indices {
        let magnitudes = all.flatMap { $0[task].map { Float($0.magnitude) } }.sorted(by: >)
        let kept = Int(density * Double(magnitudes.count))
        thresholds[task] = kept > 0 ? Double(magnitudes[kept - 1]) * (1 - 1e-9) : .infinity
      }
    }
    let hasMasks = tensors.contains { $0.role == .masked }
    for tensor in tensors where tensor.role == .masked || !hasMasks {
      let kept = try vectors(tensor).enumerated().map { task, vector in
        vector.map { Double(Float($0.magnitude)) >= thresholds[task] ? $0 : 0 }
      }
      for i in 0..<count {
        for j in 0..<count { products[i][j] += zip(kept[i], kept[j]).reduce(0) { $0 + $1.0 * $1.1 } }
      }
    }
    return (0..<count).map { i in
      (0..<count).map { j in
        let norm = (products[i][i] * products[j][j]).squareRoot()
        return norm > 0 ? products[i][j] / norm : 0
      }
    }
  }
}
