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
        error.tensor == collection.tensors[tensor].name && error.node == node && error.step == 7
      } from: {
        try compare()
      }
    }
  }
}
