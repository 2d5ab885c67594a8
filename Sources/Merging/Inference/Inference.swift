import Communication
import Foundation
import LinearAlgebra
import Transformers

/// What a fine-tuned model says of its own task's inputs.
struct ExpertLabels: Equatable, Sendable {
  /// The most probable class of each input.
  let labels: [Int]
  /// Its probability.
  let confidences: [Double]
}

/// Forward passes over many inputs, shared out over the ranks in chunks of fixed size, so that the results do not depend on
/// the ranks.
final class Inference: @unchecked Sendable {
  private let job: Job
  private let pool: WorkerPool
  private let pass: EncoderPass
  /// The most inputs of one forward pass.
  let chunk: Int
  private let pixelScratch: FloatStorage
  private let pixelCount: Int
  /// Chunks that were dealt out so far: the next set of inputs goes on with the rank after the last one's.
  private var dealt = 0

  private static let tokensOfChunk = 256

  /// - Parameter tokens: the most tokens of an input; nil where the encoder fixes them.
  init(encoder: Encoder, tokens: Int?, job: Job, pool: WorkerPool) {
    self.job = job
    self.pool = pool
    let (chunk, lanes) = Self.lanes(encoder, tokens: tokens, threads: pool.threads)
    self.chunk = chunk
    pass = EncoderPass(encoder, tokens: tokens, lanes: lanes, workers: pool.threads, forBackward: false)
    pixelCount = encoder.pixelCount
    pixelScratch = FloatStorage(count: pool.threads * pixelCount)
  }

  /// A worker computes one chunk at a time, in memory of its own.
  private static func lanes(_ encoder: Encoder, tokens: Int?, threads: Int) -> (chunk: Int, lanes: [Range<Int>]) {
    let chunk = max(1, tokensOfChunk / (tokens ?? encoder.fixedTokens!))
    return (chunk, (0..<threads).map { $0 * chunk..<($0 + 1) * chunk })
  }

  /// The memory of a rank's passes, in bytes.
  static func byteCount(encoder: Encoder, tokens: Int?, threads: Int) -> Int {
    let lanes = lanes(encoder, tokens: tokens, threads: threads).lanes
    return threads * encoder.pixelCount * MemoryLayout<Float>.stride
      + EncoderPass.byteCount(encoder, tokens: tokens, lanes: lanes, workers: threads, forBackward: false)
  }

  /// The most probable class of each input, and its probability. Collective: every rank gets all.
  ///
  /// - Parameter limit: how many inputs to look at, evenly spread over all: inputs often lie class by class.
  func predictions(
    _ inputs: TaskInputs, upTo limit: Int = .max, head: Head, _ weights: BodyWeights
  ) throws -> ExpertLabels {
    let count = min(inputs.count, limit)
    var labels = [Int](repeating: 0, count: count)
    var confidences = [Double](repeating: 0, count: count)
    try labels.withUnsafeMutableBufferPointer { labels in
      try confidences.withUnsafeMutableBufferPointer { confidences in
        let results = Places(labels: labels, numbers: confidences)
        try forEach(inputs, count, head, weights) { place, logProbabilities in
          let best = logProbabilities.indices.max { logProbabilities[$0] < logProbabilities[$1] }!
          results.labels[place] = best
          results.numbers[place] = exp(logProbabilities[best])
        }
      }
    }
    return ExpertLabels(labels: try job.world.sum(labels), confidences: try job.world.assemble(confidences))
  }

  /// The probabilities of all classes [inputs, K], input by input. Collective: every rank gets all.
  ///
  /// - Parameter limit: how many inputs to look at, evenly spread over all.
  func probabilities(
    _ inputs: TaskInputs, upTo limit: Int, head: Head, _ weights: BodyWeights
  ) throws -> [[Double]] {
    let (count, classes) = (min(inputs.count, limit), head.classCount)
    var all = [Double](repeating: 0, count: count * classes)
    try all.withUnsafeMutableBufferPointer { all in
      let results = Places(labels: UnsafeMutableBufferPointer(start: nil, count: 0), numbers: all)
      try forEach(inputs, count, head, weights) { place, logProbabilities in
        for (k, logProbability) in logProbabilities.enumerated() {
          results.numbers[place * classes + k] = exp(logProbability)
        }
      }
    }
    all = try job.world.assemble(all)
    return (0..<count).map { Array(all[$0 * classes..<($0 + 1) * classes]) }
  }

  /// Memory of which every worker writes places of its own.
  private struct Places: @unchecked Sendable {
    let labels: UnsafeMutableBufferPointer<Int>
    let numbers: UnsafeMutableBufferPointer<Double>
  }

  /// Calls `body` with the logarithms of the class probabilities of each of this rank's inputs, `count` being looked at.
  private func forEach(
    _ inputs: TaskInputs, _ count: Int, _ head: Head, _ weights: BodyWeights,
    _ body: @Sendable (_ place: Int, _ logProbabilities: [Double]) -> Void
  ) throws {
    let all = inputs.count
    let chunks = (count + chunk - 1) / chunk
    let own = (0..<chunks).filter { ($0 + dealt) % job.size == job.rank }
    dealt += chunks
    try pool.run(own.count) { index, worker in
      let first = own[index] * chunk
      let range = first..<min(first + chunk, count)
      try predict(inputs, { $0 * all / count }, range, worker, head, weights, body)
    }
  }

  private func predict(
    _ inputs: TaskInputs, _ input: (Int) -> Int, _ range: Range<Int>, _ worker: Int, _ head: Head,
    _ weights: BodyWeights, _ body: (Int, [Double]) -> Void
  ) throws {
    try withFeatures(of: inputs, range.map(input), worker, weights) { features in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count * (head.classCount + features.columns)) {
        let inner = MutableMatrixView($0.baseAddress!, rows: range.count, columns: features.columns)
        let logits = MutableMatrixView(
          $0.baseAddress! + range.count * features.columns, rows: range.count, columns: head.classCount)
        head.forward(features, inner: inner, into: logits)
        for (row, place) in range.enumerated() {
          body(place, Losses.logSoftmax(UnsafeMutableBufferPointer(start: logits[row: row], count: head.classCount)))
        }
      }
    }
  }

  /// Calls `body` with the features [inputs, C] of some inputs, at most a chunk of them, which this worker computes.
  func withFeatures(
    of inputs: TaskInputs, _ indices: [Int], _ worker: Int, _ weights: BodyWeights, _ body: (MatrixView) -> Void
  ) throws {
    let samples = worker * chunk..<worker * chunk + indices.count
    for (place, input) in indices.enumerated() {
      try inputs.place(
        input, at: samples.lowerBound + place, isFirst: place == 0, scratch: pixelScratch.base + worker * pixelCount,
        in: pass)
    }
    pass.forward(samples, weights)
    body(pass.features.rows(samples).view)
  }
}
