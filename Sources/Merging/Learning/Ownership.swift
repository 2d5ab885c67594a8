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
  private var taskSum: TaskSum
  private let scratch: FloatStorage
  private let scratchPerWorker: Int
  /// For tensors whose tasks are split, by tree node: the sums of own shares, and where this rank puts the tensor together
  /// those of others.
  private let partialSums: [Int: [Range<Int>: FloatStorage]]
  private let sent: Outbox

  /// The most components whose gradients one item computes.
  private static let componentsOfTile = 1_024

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
    scratchPerWorker = shares.map { Self.scratchCount($0.tensor, settings) }.max() ?? 0
    scratch = FloatStorage(count: scratchPerWorker * pool.threads)
    var partialSums: [Int: [Range<Int>: FloatStorage]] = [:]
    for tensor in collection.body where plan.shares[tensor].count > 1 {
      for share in plan.shares[tensor] where share.rank == job.rank || plan.owner(of: tensor) == job.rank {
        partialSums[tensor, default: [:]][share.groups] = FloatStorage(count: collection.tensors[tensor].count)
      }
    }
    self.partialSums = partialSums
  }

  /// How many elements of scratch a worker needs for a tensor.
  static func scratchCount(_ tensor: MergedTensor, _ settings: LearningSettings) -> Int {
    let hasComponents = tensor.role == .masked && settings.needsComponents
    let product = min(componentsOfTile, tensor.componentCount) * tensor.componentCount
    return max(TaskSum.scratchCount(tensor), hasComponents ? product : 0)
  }

  /// Finds the magnitudes that entries of task vectors must reach to count, where not all do. Collective.
  ///
  /// Source: AdaMerging++ (Yang et al., ICLR 2024, arXiv:2310.02575), which trims as TIES does.
  func trim() throws {
    guard settings.density < 1 else { return }
    var trimming = StaticSettings()
    trimming.density = settings.density
    let own = collection.body.filter { plan.owner(of: $0) == job.rank }
    taskSum.trimThresholds = try StaticMerge(collection, method: .ties, settings: trimming)
      .findTrimThresholds(own: own, pool: pool) { try job.world.sum($0) }
  }

  /// Factors the task vectors of this rank's masked tensors, the largest first.
  ///
  /// - Parameter progress: told how many of this rank's factorisations are done.
  /// - Throws: what `progress` throws, without beginning another factorisation.
  func factor(progress: (_ done: Int, _ of: Int) throws -> Void) throws {
    guard !settings.origin.joinsTasks else { return try factorJoined(progress: progress) }
    let items = shares.filter(\.hasComponents)
      .flatMap { owned in owned.share.tasks.map { (owned: owned, task: $0) } }
      .sorted { ($0.owned.tensor.count, $1.task) > ($1.owned.tensor.count, $0.task) }
    let done = Counter()
    let report = { try progress(done.value, items.count) }
    let factored = try pool.map(items, meanwhile: report) { item in
      defer { done.increment() }
      return try collection.components(
        of: try taskVector(item.owned, item.task),
        name: "the task vector of \(item.owned.tensor.name), model \(collection.request.models[item.task].task)")
    }
    // A share's tasks come in their order.
    for (item, components) in zip(items, factored) { item.owned.components.append(components) }
  }

  /// Finds the components of all tasks of a matrix together, as a static method does, and shares them out among the tasks.
  /// What tasks have in common becomes a part of the origin.
  private func factorJoined(progress: (_ done: Int, _ of: Int) throws -> Void) throws {
    let items = shares.filter(\.hasComponents).sorted { $0.tensor.count > $1.tensor.count }
    let merge = StaticMerge(
      collection, method: settings.origin == .tsvM ? .tsvM : .isoCTS, settings: StaticSettings())
    let done = Counter()
    let (tasks, coefficient) = (collection.taskCount, Float(settings.mergeCoefficient))
    let report = { try progress(done.value, items.count) }
    let joined = try pool.map(items, meanwhile: report) { owned in
      defer { done.increment() }
      let factors =
        merge.method == .tsvM
        ? try merge.orthogonalComponents(owned.tensor, owned.origin)
        : try merge.isotropicComponents(owned.tensor, owned.origin)
      let common = factors.values.count - tasks * owned.tensor.componentCount
      if common > 0 {
        merge.addComponents(factors, 0..<common, to: owned.origin, owned.tensor) { coefficient * factors.values[$0] }
      }
      return factors
    }
    for (owned, factors) in zip(items, joined) {
      let own = owned.tensor.componentCount
      let common = factors.values.count - tasks * own
      owned.components = owned.share.tasks.map { task in
        factors.components(common + task * own..<common + (task + 1) * own)
      }
    }
  }

  /// τᵢ = θᵢ − origin [m, n].
  private func taskVector(_ owned: OwnedShare, _ task: Int) throws -> Tensor {
    var vector = Tensor(zeros: [owned.tensor.rows, owned.tensor.columns])
    try vector.withMutableMatrix { try readTaskVector(owned, task, from: owned.origin, into: $0.base) }
    return vector
  }

  /// What a share's task vectors are measured from [m, n]: the origin without what tasks turned out to have in common.
  func startOfTaskVectors(_ owned: OwnedShare) throws -> FloatStorage {
    guard settings.origin.joinsTasks else { return owned.origin }
    let start = FloatStorage(count: owned.tensor.count)
    try collection.read(owned.tensor, task: nil, into: start.base)
    return start
  }

  /// τᵢ = θᵢ − start [m, n], of any task, from its file, trimmed.
  func readTaskVector(
    _ owned: OwnedShare, _ task: Int, from start: FloatStorage, into target: UnsafeMutablePointer<Float>
  ) throws {
    try collection.read(owned.tensor, task: task, into: target)
    add(start.base, times: -1, to: target, count: owned.tensor.count)
    trim(target, task: task, count: owned.tensor.count)
  }

  /// Clears the entries of a task vector that are too small to count.
  func trim(_ vector: UnsafeMutablePointer<Float>, task: Int, count: Int) {
    taskSum.trim(vector, task: task, count: count)
  }

  /// ⟨τᵢ, τⱼ⟩ of all tasks, from their files, trimmed.
  func taskVectorProducts(_ owned: OwnedShare) throws -> TaskVectorProducts {
    let count = collection.taskCount
    var products = TaskVectorProducts(tasks: count)
    let reader = StaticMerge(collection, method: .taskArithmetic, settings: StaticSettings())
    try reader.forTaskVectors(owned.tensor, base: startOfTaskVectors(owned)) { stretch in
      for task in 0..<count { trim(stretch[task], task: task, count: stretch.elements.count) }
      products.add(stretch)
    }
    return products
  }

  /// The work of this rank for tensors that are learnt and rebuilt together, made once.
  struct Work: Sendable {
    let tensors: [Int]
    fileprivate let shares: [OwnedShare]
    fileprivate let products: [ProductItem]
    fileprivate let rebuilding: [RebuildItem]
  }

  /// The gradients of some components of a task, or of a task vector that is only scaled.
  fileprivate struct ProductItem: Sendable {
    let owned: OwnedShare
    /// Its place among the share's tasks.
    let task: Int
    let components: Range<Int>
  }

  /// Some rows of a rebuilt tensor.
  fileprivate struct RebuildItem: Sendable {
    let owned: OwnedShare
    let rows: Range<Int>
    /// Of the whole tensor's sum, or of this share's.
    let target: MutableMatrixView
  }

  /// Lists what this rank has to do for some tensors.
  func work(_ tensors: [Int]) -> Work {
    let own = shares.filter { tensors.contains($0.share.tensor) }
    let learning = own.filter { $0.tensor.role != .frozen }
    let products = learning.flatMap { owned in
      owned.share.tasks.indices.flatMap { index -> [ProductItem] in
        let task = index - owned.share.tasks.lowerBound
        guard owned.hasComponents else { return [ProductItem(owned: owned, task: task, components: 0..<0)] }
        return Self.cuts(owned.tensor.componentCount).map { ProductItem(owned: owned, task: task, components: $0) }
      }
    }
    let rebuilding = own.flatMap { owned -> [RebuildItem] in
      let (tensor, share) = (owned.tensor, owned.share)
      let target =
        partialSums[share.tensor].map { $0[share.groups]!.matrix(rows: tensor.rows, columns: tensor.columns) }
        ?? body.matrix(share.tensor)
      return TaskSum.tiles(of: tensor).map { RebuildItem(owned: owned, rows: $0, target: target.rows($0)) }
    }
    // The largest first: workers end together.
    return Work(
      tensors: tensors, shares: learning,
      products: products.sorted { Self.cost($0) > Self.cost($1) }, rebuilding: rebuilding)
  }

  private static func cost(_ item: ProductItem) -> Int { item.owned.tensor.count * max(1, item.components.count) }

  /// The components of each item, as equal as can be: they depend on the shape alone.
  private static func cuts(_ count: Int) -> [Range<Int>] {
    let parts = (count + componentsOfTile - 1) / componentsOfTile
    return (0..<parts).map { count * $0 / parts..<count * ($0 + 1) / parts }
  }

  /// Forms gₖ, and ⟨G, τ⟩ where there are no components, of all tasks of some tensors.
  ///
  /// - Parameter gradients: the whole gradients by tensor, as one row each.
  func formProducts(_ work: Work, _ gradients: [Int: MutableMatrixView], meanwhile: () throws -> Void) throws {
    try pool.run(work.products.count, meanwhile: meanwhile) { index, worker in
      let (owned, task) = (work.products[index].owned, work.products[index].task)
      let products = owned.products(task: task)
      let scratch = scratch.base + worker * scratchPerWorker
      let gradient = gradients[owned.share.tensor]!.base
      guard owned.hasComponents else {
        let global = owned.share.tasks.lowerBound + task
        products[0] = Float(try taskSum.innerProduct(gradient, owned, task: global, scratch: scratch))
        return
      }
      MaskGradient.diagonal(
        MatrixView(gradient, rows: owned.tensor.rows, columns: owned.tensor.columns), owned.components[task],
        components: work.products[index].components, scratch: scratch, into: products.baseAddress!)
    }
  }

  /// Turns products into the gradients of masks and coefficients, and takes one step of Adam.
  ///
  /// - Parameter step: 1 for the first.
  /// - Throws: `DivergenceError` where a gradient is not finite.
  func descend(_ work: Work, step: Int, meanwhile: () throws -> Void) throws {
    try pool.run(work.shares.count, meanwhile: meanwhile) { index, _ in try descend(work.shares[index], step: step) }
  }

  private func descend(_ owned: OwnedShare, step: Int) throws {
    for index in owned.share.tasks.indices {
      let task = index - owned.share.tasks.lowerBound
      let products = owned.products(task: task)
      if firstNonFinite(products.baseAddress!, count: products.count) != nil {
        throw DivergenceError(
          quantity: "gradient", task: collection.request.models[index].task, tensor: owned.tensor.name, step: step)
      }
      guard owned.hasComponents else {
        owned.coefficientGradients[task] = Double(products[0])
        continue
      }
      let values = owned.components[task].values
      owned.coefficientGradients[task] = MaskGradient.coefficient(
        diagonal: products.baseAddress!, values: values, logits: owned.maskLogits[task].values)
      guard settings.learn.contains(.masks) else { continue }
      let (coefficient, temperature) = (owned.coefficients.values[task], settings.temperature)
      owned.maskLogits[task].descend(learningRate: settings.learningRate, step: step) { k, logit in
        MaskGradient.logit(
          logit, diagonal: products[k], value: values[k], coefficient: coefficient, temperature: temperature)
      }
    }
    if settings.learn.contains(.coefficients), !settings.sharesCoefficients {
      let gradients = owned.coefficientGradients
      owned.coefficients.descend(learningRate: settings.learningRate, step: step) { task, _ in gradients[task] }
    }
  }

  /// Rebuilds some merged tensors out of bits and λ, and sends them to the other nodes. Collective, for all ranks that own
  /// tasks of them.
  ///
  ///     W = origin + Σᵢ λᵢ · Uᵢ diag(bᵢ ⊙ σᵢ) Vᵢᵀ
  ///
  /// No rank may be reading them any more; `SharedBody.complete` makes them visible.
  func rebuild(_ work: Work, meanwhile: () throws -> Void) throws {
    let items = work.rebuilding
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
    try gatherPartialSums(work.shares)
    for tensor in work.tensors where plan.owner(of: tensor) == job.rank { try body.share(tensor) }
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
