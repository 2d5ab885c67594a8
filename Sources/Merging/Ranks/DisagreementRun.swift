import Communication
import LinearAlgebra
import Transformers

/// Measures how much each linear layer of an encoder's blocks matters to its features: forward passes alone, no training.
///
///     W′ = W + N(0, std(W)²),   b′ = b + N(0, std(b)²)        std over all entries of that tensor
///     d = mean over trials of mean |f′(x) − f(x)|             f: the encoder's features; mean over inputs and channels
///
/// One module is perturbed at a time, and restored to the bit after each trial from a copy: noise does not accumulate, as it
/// does in the published notebook. The noise is a function of seed, tensor and trial, modules and trials are shared out over
/// the ranks, and inputs are computed in fixed chunks: the result is the same for any number of ranks and threads.
///
/// Inputs are gone through in groups of chunks, one group at a time, so that what perturbed passes begin with fits in
/// bounded memory. Noise is made anew for each group, which is little beside the passes.
///
/// Cost: about (modules · trials / 2 + ranks) forward passes over the inputs: a perturbed pass begins at the module's block.
/// Memory of each rank: the base's body in F32 and what `BlockInputs` says of one group.
///
/// Source: Dong, AdaRank: Disagreement Based Module Rank Prediction for Low-rank Adaptation (arXiv:2408.09015).
package final class DisagreementRun {
  package let encoder: Encoder
  /// Those that are measured, in the order of the encoder.
  package let modules: [LoRAModule]
  /// How many inputs are looked at, of all tasks together.
  package var inputs: Int { subject.samples.count }
  /// How many tasks they are of.
  package var tasks: Int { subject.tasks }
  /// This rank's copy of the base's body.
  package let weights: BodyWeights

  private let settings: DisagreementSettings
  private let subject: DisagreementSubject
  private let storage: FloatStorage
  private let job: Job
  private let pool: WorkerPool
  private let observe: (MergeEvent) -> Void

  /// Elements whose noise one worker makes.
  private static let tile = 1 << 14

  /// Opens and checks everything, and reads the base. Collective.
  ///
  /// - Parameters:
  ///   - request: whose base, and whose tasks' unlabelled inputs.
  ///   - observe: called on rank 0 alone.
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package init(
    _ request: MergeRequest, _ settings: DisagreementSettings, job: Job, pool: WorkerPool,
    observe: @escaping (MergeEvent) -> Void = { _ in }
  ) throws {
    (self.settings, self.job, self.pool) = (settings, job, pool)
    self.observe = { [isCoordinator = job.isCoordinator] event in
      job.note(event)
      if isCoordinator { observe(event) }
    }
    self.observe(.phase("reading"))
    let subject = try job.opening { try DisagreementSubject(request, settings) }
    try job.agree(on: try subject.findings(rank: job.rank, ranks: job.size, pool: pool))
    self.subject = subject
    (encoder, modules) = (subject.encoder, subject.modules)
    storage = FloatStorage(count: encoder.layout.count)
    weights = BodyWeights(base: storage.base, layout: encoder.layout)
    try pool.run(encoder.layout.parameters.count) { [weights] index, _ in
      let parameter = subject.encoder.layout.parameters[index]
      try subject.base.readFloats(
        parameter.name, elements: 0..<parameter.count, into: weights.mutableElements(index))
    }
  }

  /// d of each module in each trial [modules][trials], on every rank. Collective.
  ///
  /// - Throws: `AgreedFailure` where features become no finite numbers.
  package func run() throws -> [[Double]] {
    observe(.phase("measuring"))
    let groups = subject.chunks.groups(mostTokens: settings.mostInputBytes / BlockInputs.bytesPerToken(encoder))
    let trials = settings.trials
    // Perturbed passes of late blocks are short: dealt out by block, every rank gets as much work.
    let items = modules.indices.sorted { (modules[$1].layer, $0) < (modules[$0].layer, $1) }
      .flatMap { module in (0..<trials).map { (module: module, trial: $0) } }
    let own = stride(from: job.rank, to: items.count, by: job.size).map { items[$0] }
    var values = [Double](repeating: 0, count: items.count)
    for (place, group) in groups.enumerated() {
      let inputs = try BlockInputs(subject, group, weights, pool: pool)
      for (done, item) in own.enumerated() {
        observe(.progress(done: place * own.count + done, of: groups.count * own.count))
        try add(inputs, module: modules[item.module], trial: item.trial, to: &values[item.module * trials + item.trial])
      }
    }
    values = values.map { $0 / Double(subject.samples.count * encoder.featureWidth) }
    observe(.progress(done: groups.count * own.count, of: groups.count * own.count))
    let broken = own.map(\.module).first { module in
      values[module * trials..<(module + 1) * trials].contains { !$0.isFinite }
    }
    try job.agree(
      on: broken.map { ["with noise in \(modules[$0].name) the features are no finite numbers any more"] } ?? [])
    let all = try job.world.assemble(values)
    return modules.indices.map { Array(all[$0 * trials..<($0 + 1) * trials]) }
  }

  /// Adds a group's differences in a trial of a module to a sum.
  private func add(_ inputs: BlockInputs, module: LoRAModule, trial: Int, to sum: inout Double) throws {
    let tensors = module.parts.flatMap(\.tensors)
    let originals = tensors.map { original(of: $0) }
    defer { for (tensor, original) in zip(tensors, originals) { restore(tensor, original.values) } }
    for (tensor, original) in zip(tensors, originals) { try perturb(tensor, original.deviation, trial: trial) }
    try inputs.addDifferences(to: &sum, from: module.layer, weights)
  }

  /// A copy of a tensor, and its standard deviation.
  private func original(of tensor: Int) -> (values: FloatStorage, deviation: Double) {
    let elements = UnsafeBufferPointer(weights.mutableElements(tensor))
    let values = FloatStorage(count: elements.count)
    values.base.update(from: elements.baseAddress!, count: elements.count)
    return (values, NormalNoise.deviation(of: elements))
  }

  private func perturb(_ tensor: Int, _ deviation: Double, trial: Int) throws {
    let count = encoder.layout.parameters[tensor].count
    let noise = NormalNoise(seed: settings.seed, tensor: tensor, trial: trial)
    try pool.run((count + Self.tile - 1) / Self.tile) { [weights] tile, _ in
      let first = tile * Self.tile
      noise.add(
        to: weights.mutableElements(tensor), first..<min(first + Self.tile, count), deviation: deviation)
    }
  }

  private func restore(_ tensor: Int, _ values: FloatStorage) {
    weights.mutableElements(tensor).baseAddress!.update(from: values.base, count: values.count)
  }
}
