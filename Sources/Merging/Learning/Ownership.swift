import Communication
import LinearAlgebra
import Transformers

/// A rank's shares of the encoder's body, and the work of an owner: factoring, learning and rebuilding.
final class Ownership: @unchecked Sendable {
  /// By tensor, and by tasks within one.
  let shares: [OwnedShare]

  private let job: Job
  private let pool: WorkerPool
  private let collection: Collection
  private let plan: ShardPlan
  private let settings: LearningSettings
  private let body: SharedBody
  private let taskSum: TaskSum
  private let scratch: FloatStorage
  private let scratchPerWorker: Int
  /// For tensors whose tasks are split, by tree node: the sums of own shares, and where this rank puts the tensor together
  /// those of others.
  private let partialSums: [Int: [Range<Int>: FloatStorage]]
  private let sent: Outbox

  /// Components whose gradients one item computes.
  private static let componentsOfTile = 256

  /// Reads the origins of this rank's shares. Collective.
  init(
    job: Job, pool: WorkerPool, collection: Collection, plan: ShardPlan, settings: LearningSettings, body: SharedBody
  ) throws {
    self.job = job
    self.pool = pool
    self.collection = collection
    self.plan = plan
    self.settings = settings
    self.body = body
    taskSum = TaskSum(collection: collection)
    sent = Outbox(job.world)
    let origins = try Origins(job: job, pool: pool, collection: collection, plan: plan).read(collection.body)
    shares = collection.body.flatMap { tensor in
      plan.shares[tensor].filter { $0.rank == job.rank }.map { share in
        OwnedShare(
          share, tensor: collection.tensors[tensor], origin: origins[tensor]!, settings: settings,
          taskCount: collection.taskCount)
      }
    }
    scratchPerWorker =
      shares.map { owned in
        let tensor = owned.tensor
        let product = min(Self.componentsOfTile, tensor.componentCount) * min(tensor.rows, tensor.columns)
        return max(TaskSum.scratchCount(tensor), tensor.role == .masked ? product : 0)
      }.max() ?? 0
    scratch = FloatStorage(count: scratchPerWorker * pool.threads)
    var partialSums: [Int: [Range<Int>: FloatStorage]] = [:]
    for tensor in collection.body where plan.shares[tensor].count > 1 {
      for share in plan.shares[tensor] where share.rank == job.rank || plan.owner(of: tensor) == job.rank {
        partialSums[tensor, default: [:]][share.groups] = FloatStorage(count: collection.tensors[tensor].count)
      }
    }
    self.partialSums = partialSums
  }

  /// Whether masks need singular components; where all are kept and stay so, task vectors are only scaled.
  static func needsComponents(_ settings: LearningSettings) -> Bool {
    settings.learn.contains(.masks) || settings.initialKeptFraction < 1
  }

  /// Factors the task vectors of this rank's masked tensors, the largest first.
  ///
  /// - Parameter progress: told how many of this rank's factorisations are done.
  func factor(progress: (_ done: Int, _ of: Int) -> Void) throws {
    guard Self.needsComponents(settings) else { return }
    let items = shares.indices.filter { shares[$0].tensor.role == .masked }
      .flatMap { share in shares[share].share.tasks.map { (share: share, task: $0) } }
      .sorted { shares[$0.share].tensor.count > shares[$1.share].tensor.count }
    let done = Counter()
    let report = { progress(done.value, items.count) }
    let factored = try pool.map(items, meanwhile: report) { item in
      defer { done.increment() }
      let owned = shares[item.share]
      return try SingularValueDecomposition(
        taskVector(owned, item.task),
        name: "the task vector of \(owned.tensor.name), model \(collection.request.models[item.task].task)")
    }
    var components: [Int: [Int: SingularValueDecomposition]] = [:]
    for (item, factors) in zip(items, factored) { components[item.share, default: [:]][item.task] = factors }
    for (share, byTask) in components { shares[share].components = byTask.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// τᵢ = θᵢ − origin [m, n].
  private func taskVector(_ owned: OwnedShare, _ task: Int) throws -> Tensor {
    var vector = Tensor(zeros: [owned.tensor.rows, owned.tensor.columns])
    try vector.withMutableMatrix { matrix in
      try collection.read(owned.tensor, task: task, into: matrix.base)
      add(owned.origin.base, times: -1, to: matrix.base, count: owned.tensor.count)
    }
    return vector
  }

  /// Forms the gradients of masks and coefficients of some tensors and takes one step of Adam.
  ///
  /// - Parameters:
  ///   - gradients: the whole gradients by tensor, as one row each.
  ///   - step: 1 for the first.
  /// - Throws: `DivergenceError` where a gradient is not finite.
  func learn(_ gradients: [Int: MutableMatrixView], step: Int, meanwhile: () throws -> Void) throws {
    struct Item: Sendable {
      let owned: OwnedShare
      let task: Int
      /// Nil for a task vector that is only scaled.
      let components: Range<Int>?
      let gradient: MutableMatrixView
    }
    let affected = shares.filter { gradients[$0.share.tensor] != nil }
    let items = affected.flatMap { owned in
      owned.share.tasks.indices.flatMap { place in
        let task = place - owned.share.tasks.lowerBound
        let gradient = gradients[owned.share.tensor]!
        guard !owned.components.isEmpty else {
          return [Item(owned: owned, task: task, components: nil, gradient: gradient)]
        }
        let count = owned.tensor.componentCount
        return stride(from: 0, to: count, by: Self.componentsOfTile).map {
          Item(owned: owned, task: task, components: $0..<min($0 + Self.componentsOfTile, count), gradient: gradient)
        }
      }
    }
    try pool.run(items.count, meanwhile: meanwhile) { index, worker in
      let item = items[index]
      let products = item.owned.products(task: item.task)
      let scratch = scratch.base + worker * scratchPerWorker
      if let components = item.components {
        let gradient = MatrixView(
          item.gradient.base, rows: item.owned.tensor.rows, columns: item.owned.tensor.columns)
        MaskGradient.diagonal(
          gradient, item.owned.components[item.task], components: components, scratch: scratch, into: products)
      } else {
        let task = item.owned.share.tasks.lowerBound + item.task
        products[0] = Float(
          try taskSum.innerProduct(UnsafePointer(item.gradient.base), item.owned, task: task, scratch: scratch))
      }
    }
    for owned in affected { try descend(owned, step: step) }
  }

  /// Turns a share's products into gradients and takes the step.
  private func descend(_ owned: OwnedShare, step: Int) throws {
    var coefficientGradients: [Double] = []
    for task in owned.share.tasks.indices.map({ $0 - owned.share.tasks.lowerBound }) {
      let products = owned.products(task: task)
      let count = owned.components.isEmpty ? 1 : owned.tensor.componentCount
      if firstNonFinite(products, count: count) != nil {
        throw DivergenceError(
          quantity: "gradient", task: collection.request.models[owned.share.tasks.lowerBound + task].task,
          tensor: owned.tensor.name, step: step)
      }
      guard !owned.components.isEmpty else {
        coefficientGradients.append(Double(products[0]))
        continue
      }
      let (values, logits) = (owned.components[task].values, owned.maskLogits[task].values)
      coefficientGradients.append(MaskGradient.coefficient(diagonal: products, values: values, logits: logits))
      guard settings.learn.contains(.masks) else { continue }
      let gradient = MaskGradient.logits(
        diagonal: products, values: values, logits: logits, coefficient: owned.coefficients.values[task],
        temperature: settings.temperature)
      owned.maskLogits[task].descend(gradient, learningRate: settings.learningRate, step: step)
    }
    if settings.learn.contains(.coefficients) {
      owned.coefficients.descend(coefficientGradients, learningRate: settings.learningRate, step: step)
    }
  }

  /// Rebuilds some merged tensors out of bits and λ, and sends them to the other nodes. Collective, for all ranks that own
  /// tasks of them.
  ///
  ///     W = origin + Σᵢ λᵢ · Uᵢ diag(bᵢ ⊙ σᵢ) Vᵢᵀ
  ///
  /// No rank may be reading them any more; `SharedBody.complete` makes them visible.
  func rebuild(_ tensors: [Int], meanwhile: () throws -> Void) throws {
    struct Item: Sendable {
      let owned: OwnedShare
      let rows: Range<Int>
      /// The whole tensor's sum, or this share's.
      let target: MutableMatrixView
    }
    let own = shares.filter { tensors.contains($0.share.tensor) }
    let items = own.flatMap { owned -> [Item] in
      let (tensor, share) = (owned.tensor, owned.share)
      let target =
        partialSums[share.tensor].map { $0[share.groups]!.matrix(rows: tensor.rows, columns: tensor.columns) }
        ?? body.matrix(share.tensor)
      return TaskSum.tiles(of: tensor).map { Item(owned: owned, rows: $0, target: target.rows($0)) }
    }
    try pool.run(items.count, meanwhile: meanwhile) { index, worker in
      let (owned, rows, target) = (items[index].owned, items[index].rows, items[index].target)
      let (count, offset) = (rows.count * owned.tensor.columns, rows.lowerBound * owned.tensor.columns)
      if owned.tensor.role == .frozen {
        return target.base.update(from: owned.origin.base + offset, count: count)
      }
      try taskSum.sum(owned, rows: rows, into: target.base, scratch: scratch.base + worker * scratchPerWorker)
      if partialSums[owned.share.tensor] == nil {
        add(owned.origin.base + offset, target.base, into: target.base, count: count)
      }
    }
    try gatherPartialSums(own)
    for tensor in tensors where plan.owner(of: tensor) == job.rank { try body.share(tensor) }
  }

  /// Brings the sums over some tasks to the owners of their tensors and adds them to the origins.
  private func gatherPartialSums(_ own: [OwnedShare]) throws {
    let split = own.filter { partialSums[$0.share.tensor] != nil }
    for owned in split where plan.owner(of: owned.share.tensor) != job.rank {
      let sum = partialSums[owned.share.tensor]![owned.share.groups]!
      sent.add(
        try job.world.send(
          sum.buffer, to: plan.owner(of: owned.share.tensor), tag: MessageTag.taskSum(owned.share)))
    }
    let arriving = Outbox(job.world)
    let owners = split.filter { plan.shares[$0.share.tensor][0] == $0.share }
    for owned in owners {
      for share in plan.shares[owned.share.tensor] where share.rank != job.rank {
        let target = partialSums[share.tensor]![share.groups]!
        arriving.add(
          try job.world.receive(
            into: UnsafeMutableBufferPointer(start: target.base, count: target.count), from: share.rank,
            tag: MessageTag.taskSum(share)))
      }
    }
    try arriving.complete()
    let root = 0..<ShardPlan.groups(tasks: collection.taskCount).count
    let targets = owners.map { body.matrix($0.share.tensor) }
    try pool.run(owners.count) { index, _ in
      let owned = owners[index]
      let target = targets[index].base
      SumTree.gather(
        partialSums[owned.share.tensor]!.mapValues(\.base), root: root, count: owned.tensor.count, into: target)
      add(owned.origin.base, target, into: target, count: owned.tensor.count)
    }
    try sent.complete()
  }

  /// Writes a task's own values of a tensor, as `SharedBody.publish` asks for.
  func writeTask(_ task: Int, _ tensor: Int, into target: MutableMatrixView) throws {
    try collection.read(collection.tensors[tensor], task: task, into: target.base)
  }
}
