import Communication
import Merging

/// A node whose weights are not the others' is found out, on every rank.
enum DriftChecks {
  static func run(_ context: CheckContext) throws {
    let verdict = context.verdict
    for ranksPerNode in [1, 2] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      let merge = FixtureMerge("adarank_ta", family: "clip", fixtures: context.fixtures, steps: 2)
      let run = try merge.learn(job: job, pool: context.pool())
      let collection = try Collection(opening: merge.request)
      func compare() throws {
        try BodyDigest.compare(
          run.body, tensors: collection.tensors, indices: collection.body, job: job, step: 7)
      }
      try compare()

      let (node, tensor) = (job.topology.nodeCount - 1, collection.body[9])
      guard node > 0 else { continue }
      try job.world.barrier()
      if job.rank == job.topology.ranksByNode[node][0] {
        let elements = run.body.elements(tensor)
        elements[elements.count - 1] = elements[elements.count - 1].nextUp
      }
      try job.world.barrier()
      verdict.expectError(DriftError.self, "\(ranksPerNode) ranks per node") { error in
        error.what == "values of \(collection.tensors[tensor].name)" && error.node == node
          && error.when == "after step 7"
      } from: {
        try compare()
      }
    }
    try factors(context)
  }

  /// Nodes that factor a task vector differently are found out before anything is learnt.
  private static func factors(_ context: CheckContext) throws {
    guard context.world.size > 1 else { return }
    let job = try Job(world: context.world, ranksPerNode: 1)
    var merge = FixtureMerge("adarank_ta", family: "clip", fixtures: context.fixtures, steps: 0)
    merge.request.learning!.exchange = .components
    let collection = try Collection(opening: merge.request)
    let run = try merge.learn(job: job, pool: context.pool())
    try FactorDigest.compare(run.shares, collection: collection, job: job)
    let owned = run.shares.first { $0.hasComponents }!
    if job.rank == 1 {
      // The components lie in memory of the run's own.
      let row = UnsafeMutablePointer(mutating: owned.components[1].right[row: 0])
      row[3] = row[3].nextUp
    }
    context.verdict.expectError(DriftError.self, "factors of two nodes") { error in
      error.what == "singular components of \(owned.tensor.name), model beta," && error.node == 1
    } from: {
      try FactorDigest.compare(run.shares, collection: collection, job: job)
    }
  }
}
