import Communication
import LinearAlgebra
import Transformers

/// Learns the tasks' classifiers along with the merged body, as SyMerge does: their weights, not their biases.
///
///     ∂L/∂weight = Σ over the task's samples of ∂L/∂logits ⊗ h
///
/// Each head has one owner, which holds Adam's moments. Every rank gives all others its samples' h and ∂L/∂logits, which
/// are small; the owner forms one product over the task's whole batch, so that its bytes depend on no rank or lane, and all
/// get the new weights.
///
/// Source: SyMerge (arXiv:2412.19098).
final class HeadLearning {
  private let job: Job
  private let pool: WorkerPool
  private let lanes: LanePlan
  private let batchSize: Int
  private let learningRate: Double
  private let heads: [OwnedHead]
  /// ∂L/∂logits of all samples [samples, largest K].
  private let gradients: FloatStorage
  /// h of all samples [samples, C].
  private let inputs: FloatStorage

  /// A head's weights [K, C], the same on every rank.
  private final class OwnedHead: @unchecked Sendable {
    let owner: Int
    let rows: Int
    let columns: Int
    let weights: FloatStorage
    /// On the owner.
    let gradient: FloatStorage
    var learning: AdamVector

    init(_ head: Head, owner: Int, isOwn: Bool) {
      self.owner = owner
      (rows, columns) = (head.weight.rows, head.weight.columns)
      weights = FloatStorage(count: rows * columns)
      weights.base.update(from: head.weight.elements, count: rows * columns)
      gradient = FloatStorage(count: isOwn ? rows * columns : 0)
      learning = AdamVector(isOwn ? head.weight.elements.map(Double.init) : [])
    }
  }

  init(
    job: Job, pool: WorkerPool, lanes: LanePlan, batchSize: Int, heads: [Head], learningRate: Double
  ) {
    self.job = job
    self.pool = pool
    self.lanes = lanes
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.heads = heads.enumerated().map { task, head in
      OwnedHead(head, owner: task % job.size, isOwn: task % job.size == job.rank)
    }
    gradients = FloatStorage(count: lanes.samples * (heads.map(\.classCount).max() ?? 0))
    inputs = FloatStorage(count: lanes.samples * (heads.first?.weight.columns ?? 0))
  }

  /// Takes one step for all heads. Collective.
  ///
  /// - Parameters:
  ///   - step: 1 for the first.
  ///   - computation: this rank's lanes, which have come back through the heads; its heads get the new weights.
  /// - Throws: `DivergenceError` where a gradient is not finite: on the head's owner, after all have what they wait for.
  func descend(step: Int, _ computation: LaneComputation, taskNames: [String]) throws {
    try share(computation.logitGradients, into: gradients)
    try share(computation.headInputs, into: inputs)
    let (heads, batchSize, learningRate) = (heads, batchSize, learningRate)
    let own = heads.indices.filter { heads[$0].owner == job.rank }
    let widths = (gradient: gradients.count / lanes.samples, input: inputs.count / lanes.samples)
    let (gradients, inputs) = (
      gradients.matrix(rows: lanes.samples, columns: widths.gradient),
      inputs.matrix(rows: lanes.samples, columns: widths.input)
    )
    var failure: (any Error)?
    do {
      try pool.run(own.count) { index, _ in
        let (task, head) = (own[index], heads[own[index]])
        let samples = task * batchSize..<(task + 1) * batchSize
        let gradient = head.gradient.matrix(rows: head.rows, columns: head.columns)
        Head.backwardWeight(
          gradients.rows(samples).columns(0..<head.rows).view, inner: inputs.rows(samples).view, dWeight: gradient)
        if firstNonFinite(gradient.base, count: head.gradient.count) != nil {
          throw DivergenceError(quantity: "gradient", task: taskNames[task], tensor: "the head's weight", step: step)
        }
        head.learning.descend(learningRate: learningRate, step: step) { place, _ in Double(gradient.base[place]) }
        for place in head.learning.values.indices { head.weights.base[place] = Float(head.learning.values[place]) }
      }
    } catch { failure = error }
    for (task, head) in heads.enumerated() {
      let weights = UnsafeMutableBufferPointer(start: head.weights.base, count: head.weights.count)
      try job.world.broadcast(into: weights, from: head.owner)
      computation.setHeadWeight(UnsafeBufferPointer(weights), ofTask: task)
    }
    if let failure { throw failure }
  }

  /// The rank that holds a head's moments.
  func owner(ofTask task: Int) -> Int { heads[task].owner }

  /// A head's weights with their moments, on its owner.
  func state(ofTask task: Int) -> AdamVector { heads[task].learning }

  /// Takes up what was learnt of a head.
  ///
  /// - Parameter state: of every rank, the same.
  func restore(_ state: AdamVector, ofTask task: Int, _ computation: LaneComputation) {
    let head = heads[task]
    if head.owner == job.rank { head.learning = state }
    for (place, value) in state.values.enumerated() { head.weights.base[place] = Float(value) }
    computation.setHeadWeight(head.weights.buffer, ofTask: task)
  }

  /// Brings together a matrix of all samples, of which each rank has its own rows. Collective.
  private func share(_ own: UnsafeBufferPointer<Float>, into whole: FloatStorage) throws {
    let width = whole.count / lanes.samples
    let ranges = (0..<job.size).map { rank in
      let samples = lanes.samples(ofRank: rank)
      return samples.lowerBound * width..<samples.upperBound * width
    }
    try job.world.gatherToAll(
      own, into: UnsafeMutableBufferPointer(start: whole.base, count: whole.count), places: ranges)
  }
}
