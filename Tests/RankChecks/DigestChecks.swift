import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// Same recipe, same bytes: the merged weights on whatever nodes and threads. Prints each merge's digest, which must be the
/// same for every number of ranks too.
enum DigestChecks {
  static func run(_ context: CheckContext) throws {
    for (name, request) in requests(context.fixtures) {
      var digests: [String] = []
      for (ranksPerNode, threads) in [(nil, 1), (1, 2), (2, 1)] as [(Int?, Int)] {
        let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
        let report = try merge(request, job: job, pool: context.pool(threads: threads), context)
        if job.isCoordinator { digests.append(report.weightsSha256 ?? "none") }
      }
      context.verdict.expect(Set(digests).count <= 1, "\(name): digests \(digests) differ with nodes or threads")
      context.say("digest \(name) \(digests.first ?? "")")
    }
  }

  /// Merges and writes to a folder that is thrown away. Collective.
  static func merge(
    _ request: MergeRequest, job: Job, pool: WorkerPool, _ context: CheckContext
  ) throws -> MergeReport {
    try context.withScratchFolder { folder in
      let merge = try Merge(request, job: job, pool: pool) { _ in }
      try merge.run()
      let output = try job.onCoordinator { try OutputFolder(at: "\(folder)/out", overwrite: false) }
      try merge.write(into: output)
      return merge.report
    }
  }

  /// Every origin, objective and kind of tensor, with masks on their way.
  private static func requests(_ fixtures: String) -> [(name: String, MergeRequest)] {
    var requests: [(String, MergeRequest)] = []
    for name in FixtureMerge.learningNames {
      requests.append((name, FixtureMerge(name, family: "clip", fixtures: fixtures, steps: 5).request))
    }
    for method in [MergeMethod.average, .taskArithmetic, .cart, .tsvM, .isoC, .isoCTS, .ties, .consensusTA] {
      var request = FixtureMerge.request(method, family: "openclip", fixtures: fixtures)
      request.statics!.mergeCoefficient = 0.7
      request.statics!.keptFraction = 0.3
      requests.append((method.rawValue, request))
    }
    for method in [MergeMethod.taskArithmetic, .cart] {
      var parts = FixtureMerge.request(method, family: "clip", fixtures: fixtures)
      parts.fuseQKV = true
      parts.outputType = .bfloat16
      parts.shardSize = 20_000
      requests.append(("\(method) in parts", parts))
    }
    var fused = FixtureMerge("adarank_cart", family: "clip", fixtures: fixtures, steps: 5, lanes: 7).request
    fused.fuseQKV = true
    fused.learning!.shuffle = true
    fused.learning!.batchSize = 5
    fused.learning!.objective = .selfLabel
    fused.outputType = .bfloat16
    fused.shardSize = 20_000
    requests.append(("fused", fused))
    var frozen = FixtureMerge("adarank_ta", family: "openclip", fixtures: fixtures, steps: 5, lanes: nil).request
    frozen.roles.frozen = ["ln_", "conv1"]
    frozen.roles.scaled = ["out_proj.weight"]
    requests.append(("frozen", frozen))
    for family in ["bert", "roberta", "gpt2", "vit", "dinov2"] {
      requests.append((family, FixtureMerge("adarank_ta", family: family, fixtures: fixtures, steps: 5).request))
    }
    var shared = FixtureMerge("adarank_ta_self_label", family: "bert", fixtures: fixtures, steps: 5).request
    shared.learning!.granularity = .task
    shared.learning!.learn = [.masks, .coefficients, .heads]
    requests.append(("shared", shared))
    for origin in [Origin.tsvM, .isoCTS] {
      var joined = FixtureMerge("adarank_ta", family: "clip", fixtures: fixtures, steps: 5).request
      joined.learning!.origin = origin
      joined.learning!.mergeCoefficient = 1
      requests.append((origin.rawValue + " origin", joined))
    }
    // One rank has the only lane; others own tasks.
    let lane = FixtureMerge("adarank_ta", family: "clip", fixtures: fixtures, steps: 5, lanes: 1).request
    requests.append(("lane", lane))
    return requests
  }
}
