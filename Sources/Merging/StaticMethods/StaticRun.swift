import Communication
import LinearAlgebra

/// One rank's part of a static merge: computes its tensors, and notes what else they tell.
final class StaticRun {
  let plan: ShardPlan

  private let collection: Collection
  private let job: Job
  private let pool: WorkerPool
  private let meter: MemoryMeter
  private let observe: (MergeEvent) -> Void
  private let merge: StaticMerge
  /// ⟨τᵢ, τⱼ⟩ by tensor, of those of this rank's by which tasks are compared.
  private var products: [Int: TaskVectorProducts] = [:]
  /// How many of this rank's tensors an elementwise method made numbers of that are not finite.
  private let broken = Counter()

  /// Finds what all tensors must know. Collective.
  init(
    _ collection: Collection, plan: ShardPlan, job: Job, pool: WorkerPool, meter: MemoryMeter,
    observe: @escaping (MergeEvent) -> Void
  ) throws {
    self.collection = collection
    self.plan = plan
    self.job = job
    self.pool = pool
    self.meter = meter
    self.observe = observe
    var merge = StaticMerge(collection)
    if collection.request.method == .ties {
      let own = collection.tensors.indices.filter { plan.owner(of: $0) == job.rank }
      merge.trimThresholds = try merge.findTrimThresholds(own: own, pool: pool) { try job.world.sum($0) }
    }
    self.merge = merge
  }

  /// This rank's tensors.
  var own: [Int] { collection.tensors.indices.filter { plan.owner(of: $0) == job.rank } }

  /// This rank's tensors in the order in which they are best computed while others are written: as they are written, but what
  /// alone is a large part of the work first.
  func streamingOrder(_ gather: ModelGather) -> [Int] {
    let order = gather.order
    let total = order.reduce(0) { $0 + collection.tensors[$1].count }
    let large = order.filter { collection.tensors[$0].count > total / (8 * pool.threads) }
    let isLarge = Set(large)
    return large.sorted { (collection.tensors[$0].count, $1) > (collection.tensors[$1].count, $0) }
      + order.filter { !isLarge.contains($0) }
  }

  /// Computes this rank's tensors.
  ///
  /// - Parameters:
  ///   - order: all of them, as workers begin them.
  ///   - meanwhile: called on this thread again and again.
  ///   - finish: gets each tensor on the worker that computed it.
  func compute(
    _ order: [Int], meanwhile: () throws -> Void = {},
    finish: @Sendable (_ tensor: Int, _ values: FloatStorage) -> Void
  ) throws {
    let done = Counter()
    let watch = {
      self.observe(.progress(done: done.value, of: order.count))
      self.meter.lookAgain()
      try meanwhile()
    }
    let (ahead, tasks) = (pool.threads, collection.taskCount)
    let compared = Set(tasks > 1 ? collection.comparedTensors : [])
    let found = try pool.map(Array(order.indices), meanwhile: watch) {
      [merge, broken] position -> TaskVectorProducts? in
      defer { done.increment() }
      // While this tensor is added up, the disk reads the one that a worker will take next.
      if position + ahead < order.count { merge.prefetch(order[position + ahead]) }
      let tensor = order[position]
      var products = compared.contains(tensor) ? TaskVectorProducts(tasks: tasks) : nil
      let values = try merge.merge(tensor, products: &products)
      // Elementwise methods check what they read while they merge.
      if merge.isElementwise, firstNonFinite(values.base, count: values.count) != nil { broken.increment() }
      finish(tensor, values)
      return products
    }
    meter.look()
    if job.node.rank == 0 { collection.request.cache?.shrink() }
    for (tensor, found) in zip(order, found) { products[tensor] = found }
  }

  /// Whether any rank's numbers are not finite where models were not checked before. Collective.
  func isBroken() throws -> Bool { try merge.isElementwise && job.world.sum([broken.value])[0] > 0 }

  /// How much the tasks' vectors have in common; nil of one task. Collective, once all ranks have computed.
  func interference() throws -> Interference? {
    guard collection.taskCount > 1 else { return nil }
    return try Interference(
      start: collection.request.vectorStart, tasks: collection.taskCount, tensors: collection.comparedTensors,
      own: products, world: job.world)
  }
}
