import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// The work of a merge is shared out: operations, bytes read and bytes sent are what the plan says.
enum WorkSharingChecks {
  static func run(_ context: CheckContext) throws {
    for ranksPerNode in [nil, 2] {
      let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
      try traffic(context, job, .dense)
      if job.topology.nodeCount > 1 { try traffic(context, job, .components) }
    }
    try balance(context, try Job(world: context.world))
  }

  /// The demo collection, which is large enough to be shared out.
  private static func request(_ context: CheckContext, steps: Int) -> MergeRequest {
    let folder = "\(context.fixtures)/../../cluster/demo/scripts8"
    let tasks = ["arabic", "cyrillic", "digits", "greek", "hebrew", "hiragana", "latin", "thai"]
    var request = MergeRequest(
      method: .adarank, base: "\(folder)/base",
      models: tasks.map { task in
        ModelSource(
          model: "\(folder)/tasks/\(task)", task: task, head: "\(folder)/tasks/\(task)/head.safetensors",
          adapt: "\(folder)/tasks/\(task)/adapt.safetensors")
      })
    request.learning!.steps = steps
    request.learning!.batchSize = 2
    // A lane for each of eight ranks.
    request.learning!.lanes = 8
    request.learning!.exchange = .dense
    request.learning!.mergeCoefficient = 0.1
    return request
  }

  /// In the loop each rank sends what is planned.
  private static func traffic(_ context: CheckContext, _ job: Job, _ exchange: Exchange) throws {
    let steps = 1
    var request = request(context, steps: steps)
    request.learning!.exchange = exchange
    let collection = try Collection(opening: request)
    let run = try LearningRun(
      job: job, pool: context.pool(), collection: collection, meter: MemoryMeter(), observe: { _ in })
    try run.factor()
    let before = job.world.traffic.bytesSent
    try run.adapt()
    let sent = job.world.traffic.bytesSent - before
    context.verdict.expectEqual(
      sent, run.plannedBytes(steps: steps), "bytes sent on \(job.topology.nodeCount) nodes, \(run.exchange)")
    context.verdict.expectEqual(run.exchange, exchange, "the exchange on \(job.topology.nodeCount) nodes")
    let all = try job.world.sum([sent])
    context.verdict.expect(job.size == 1 || all[0] > 0, "nothing was sent")
  }

  /// No rank does more than 1.15 of its part, and each reads exactly the task tensors it owns.
  private static func balance(_ context: CheckContext, _ job: Job) throws {
    let request = request(context, steps: 3)
    let pool = context.pool()
    let started = OperationCounter.count
    let report = try DigestChecks.merge(request, job: job, pool: pool, context)
    let own = OperationCounter.count - started
    let total = try job.world.sum([own])[0]
    let collection = try Collection(opening: request)
    let shards = LearningRun.plans(collection, topology: job.topology).shards
    let useful = LearningRun.usefulRanks(collection, limit: 64)
    let share = Double(own) * Double(job.size) / Double(total)
    context.say("useful ranks \(useful), planned imbalance \(shards.imbalance), rank 0 does \(share) of its part")
    context.verdict.expect(useful >= 8, "only \(useful) ranks are useful for the demo collection")
    context.verdict.expect(share <= 1.15, "this rank does \(share) of its part of the operations")

    let bytes = shards.shares(ofRank: job.rank).reduce(0) { sum, share in
      collection.tensors[share.tensor].members.reduce(sum) { sum, member in
        sum + share.tasks.reduce(0) { $0 + (collection.tasks[$1][member.name]?.byteCount ?? 0) }
      }
    }
    context.verdict.expectEqual(report.perRank.count, job.size, "reports of ranks")
    context.verdict.expectEqual(report.perRank[job.rank].bytesRead, bytes, "bytes read")
    let everything = collection.tasks.reduce(0) { sum, task in
      sum + task.names.reduce(0) { $0 + (collection.base[$1] == nil ? 0 : task[$1]!.byteCount) }
    }
    context.verdict.expectEqual(try job.world.sum([bytes])[0], everything, "bytes of all task tensors")
  }
}
