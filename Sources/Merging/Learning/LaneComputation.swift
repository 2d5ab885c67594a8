import LinearAlgebra
import Transformers

/// One rank's part of a step's samples: from inputs to losses, and back to the gradients of weights, lane by lane.
final class LaneComputation: @unchecked Sendable {
  /// A task's inputs, head and, for `self_label`, the fine-tuned model's labels.
  struct Task: Sendable {
    let inputs: TaskInputs
    var head: Head
    var labels: ExpertLabels?
  }

  let pass: EncoderPass
  /// The loss of each of the rank's samples; 0 for one that does not count.
  private(set) var losses: [Double]
  /// Whether each of the rank's samples counts.
  private(set) var counts: [Bool]

  private let plan: LanePlan
  private let rank: Int
  private let batchSize: Int
  private var tasks: [Task]
  /// Logits and then their gradients [samples, largest K].
  private let classLogits: MutableMatrixView
  private let inner: MutableMatrixView
  private let logitStorage: FloatStorage
  private let innerStorage: FloatStorage
  private let pixelScratch: FloatStorage
  private let pixelCount: Int

  /// - Parameters:
  ///   - tokens: the most tokens of a sample; nil where the encoder fixes them.
  ///   - recomputedLayers: as `EncoderPass` has them.
  init(
    encoder: Encoder, tokens: Int?, plan: LanePlan, rank: Int, batchSize: Int, tasks: [Task], workers: Int,
    recomputedLayers: Int
  ) {
    self.plan = plan
    self.rank = rank
    self.batchSize = batchSize
    self.tasks = tasks
    let samples = plan.samples(ofRank: rank)
    let lanes = plan.lanesOfRank[rank].map { plan.lanes[$0].shifted(by: -samples.lowerBound) }
    pass = EncoderPass(
      encoder, tokens: tokens, lanes: lanes, workers: workers, forBackward: true, recomputedLayers: recomputedLayers)
    losses = [Double](repeating: 0, count: samples.count)
    counts = [Bool](repeating: false, count: samples.count)
    let classes = tasks.map(\.head.classCount).max() ?? 1
    logitStorage = FloatStorage(count: samples.count * classes)
    classLogits = logitStorage.matrix(rows: samples.count, columns: classes)
    innerStorage = FloatStorage(count: samples.count * encoder.featureWidth)
    inner = innerStorage.matrix(rows: samples.count, columns: encoder.featureWidth)
    pixelCount = encoder.pixelCount
    pixelScratch = FloatStorage(count: workers * pixelCount)
  }

  /// Sets what a fine-tuned model says of its task's inputs.
  func setLabels(_ labels: ExpertLabels, ofTask task: Int) { tasks[task].labels = labels }

  func head(ofTask task: Int) -> Head { tasks[task].head }

  /// Gives a task's head other weights [K, C].
  func setHeadWeight(_ elements: UnsafeBufferPointer<Float>, ofTask task: Int) {
    tasks[task].head.setWeight(elements)
  }

  /// The gradients with respect to the rank's samples' logits [samples, largest K], valid behind `backwardHeads`; what lies
  /// beyond a task's own K is of no meaning.
  var logitGradients: UnsafeBufferPointer<Float> { logitStorage.buffer }

  /// What the heads' classifiers got of the rank's samples [samples, C].
  var headInputs: UnsafeBufferPointer<Float> { innerStorage.buffer }

  private var firstSample: Int { plan.samples(ofRank: rank).lowerBound }

  /// The stretches of some of the rank's samples that belong to one task.
  private func stretches(_ samples: Range<Int>) -> [(task: Int, samples: Range<Int>)] {
    var result: [(Int, Range<Int>)] = []
    var start = samples.lowerBound
    while start < samples.upperBound {
      let task = (firstSample + start) / batchSize
      let end = min(samples.upperBound, (task + 1) * batchSize - firstSample)
      result.append((task, start..<end))
      start = end
    }
    return result
  }

  /// Some samples' logits of a task with K classes [·, K].
  private func classLogits(_ samples: Range<Int>, classes: Int) -> MutableMatrixView {
    classLogits.rows(samples).columns(0..<classes)
  }

  /// Computes all lanes' logits, losses and the losses' gradients with respect to logits.
  ///
  /// - Parameter batches: each task's inputs of this step.
  func forward(
    batches: [[Int]], objective: Objective, _ weights: BodyWeights, pool: WorkerPool, meanwhile: () throws -> Void
  ) throws {
    // Every lane writes the places of its own samples.
    try losses.withUnsafeMutableBufferPointer { losses in
      try counts.withUnsafeMutableBufferPointer { counts in
        let results = LaneResults(losses: losses, counts: counts)
        try pool.run(pass.lanes.count, meanwhile: meanwhile) { lane, worker in
          try forward(pass.lanes[lane], worker, batches, objective, weights, results)
        }
      }
    }
  }

  private struct LaneResults: @unchecked Sendable {
    let losses: UnsafeMutableBufferPointer<Double>
    let counts: UnsafeMutableBufferPointer<Bool>
  }

  private func forward(
    _ samples: Range<Int>, _ worker: Int, _ batches: [[Int]], _ objective: Objective, _ weights: BodyWeights,
    _ results: LaneResults
  ) throws {
    for sample in samples {
      let (task, place) = (firstSample + sample).quotientAndRemainder(dividingBy: batchSize)
      try tasks[task].inputs.place(
        batches[task][place], at: sample, isFirst: sample == samples.lowerBound,
        scratch: pixelScratch.base + worker * pixelCount, in: pass)
    }
    pass.forward(samples, weights)
    for (task, stretch) in stretches(samples) {
      let head = tasks[task].head
      let logits = classLogits(stretch, classes: head.classCount)
      head.forward(pass.features.rows(stretch).view, inner: inner.rows(stretch), into: logits)
      for (row, sample) in stretch.enumerated() {
        let values = UnsafeMutableBufferPointer(start: logits[row: row], count: head.classCount)
        let input = batches[task][firstSample + sample - task * batchSize]
        let loss: Double?
        switch objective {
        case .entropy: loss = Losses.entropy(values)
        case .selfLabel:
          let labels = tasks[task].labels!
          loss = Losses.selfLabel(values, label: labels.labels[input], confidence: labels.confidences[input])
        }
        results.losses[sample] = loss ?? 0
        results.counts[sample] = loss != nil
      }
    }
  }

  /// The samples of each task that count, in this rank's lanes.
  func countsByTask() -> [Int] {
    var result = [Int](repeating: 0, count: tasks.count)
    for (sample, counts) in counts.enumerated() where counts { result[(firstSample + sample) / batchSize] += 1 }
    return result
  }

  /// The losses of all samples of the step, 0 for those of other ranks.
  func lossesInPlace() -> [Double] {
    var result = [Double](repeating: 0, count: plan.samples)
    for (sample, loss) in losses.enumerated() { result[firstSample + sample] = loss }
    return result
  }

  /// Takes all lanes through the heads, from the gradients of logits to those of features.
  ///
  /// - Parameter scales: what each task's samples are multiplied by: one over the number that its loss is divided by.
  func backwardHeads(scales: [Float], pool: WorkerPool, meanwhile: () throws -> Void) throws {
    try pool.run(pass.lanes.count, meanwhile: meanwhile) { lane, _ in
      for (task, stretch) in stretches(pass.lanes[lane]) {
        let head = tasks[task].head
        let gradient = classLogits(stretch, classes: head.classCount)
        for row in 0..<gradient.rows {
          multiply(gradient[row: row], by: scales[task], into: gradient[row: row], count: head.classCount)
        }
        head.backward(
          gradient.view, features: pass.features.rows(stretch).view, inner: inner.rows(stretch).view,
          dFeatures: pass.dFeatures.rows(stretch))
      }
    }
  }

  /// Takes all lanes through one stage.
  func backward(
    stage: Int, needsInput: Bool, _ weights: BodyWeights, pool: WorkerPool, meanwhile: () throws -> Void
  ) throws {
    try pool.run(pass.lanes.count, meanwhile: meanwhile) { lane, worker in
      pass.backward(stage: stage, lane: lane, worker: worker, needsInput: needsInput, weights)
    }
  }
}

extension Range<Int> {
  fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
