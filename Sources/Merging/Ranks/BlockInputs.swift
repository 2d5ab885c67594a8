import LinearAlgebra
import Transformers

/// Forward passes over fixed chunks of samples that begin at any block of an encoder: what an unperturbed pass gave each
/// block is kept.
///
/// A change of a block's weights changes nothing before it. Chunks do not depend on ranks and threads, so neither do the
/// features' bytes.
///
/// Memory: L·C·4 bytes for each token of the samples, and a pass over one chunk for each worker.
final class BlockInputs: @unchecked Sendable {
  /// Consecutive samples that are computed together, and the tokens of those before.
  private struct Chunk {
    let samples: Range<Int>
    let firstToken: Int
  }

  private let encoder: Encoder
  private let samples: [DisagreementSubject.Sample]
  private let chunks: [Chunk]
  private let chunkSize: Int
  private let pool: WorkerPool
  private let pass: EncoderPass
  private let pixels: FloatStorage
  /// Of each block, [tokens of all samples, C].
  private let inputs: [FloatStorage]
  /// f [samples, features].
  private let features: FloatStorage

  private static let tokensOfChunk = 256

  /// Computes all samples with the unperturbed weights.
  init(_ subject: DisagreementSubject, _ weights: BodyWeights, pool: WorkerPool) throws {
    (encoder, samples, self.pool) = (subject.encoder, subject.samples, pool)
    let tokens = samples.map { [fixed = subject.encoder.fixedTokens] in fixed ?? $0.text!.words.count }
    let places = tokens.reduce(into: [0]) { $0.append($0.last! + $1) }
    let size = max(1, Self.tokensOfChunk / subject.mostTokens)
    chunkSize = size
    chunks = stride(from: 0, to: samples.count, by: size).map { [count = samples.count] first in
      Chunk(samples: first..<min(first + size, count), firstToken: places[first])
    }
    pass = EncoderPass(
      encoder, tokens: subject.mostTokens, lanes: (0..<pool.threads).map { $0 * size..<($0 + 1) * size },
      workers: pool.threads, forBackward: false)
    pixels = FloatStorage(count: pool.threads * encoder.pixelCount)
    inputs = (0..<encoder.layers).map { [width = encoder.width] _ in FloatStorage(count: places.last! * width) }
    features = FloatStorage(count: samples.count * encoder.featureWidth)
    try pool.run(chunks.count) { [self] index, worker in
      let (chunk, own) = (chunks[index], place(index, worker))
      for (offset, sample) in samples[chunk.samples].enumerated() where sample.text == nil {
        try sample.inputs.place(
          sample.index, at: own.lowerBound + offset, isFirst: offset == 0,
          scratch: pixels.base + worker * encoder.pixelCount, in: pass)
      }
      pass.forward(own, weights) { layer, input in copy(input, into: self.input(of: layer, chunk, rows: input.rows)) }
      copy(pass.features.rows(own).view, into: cleanFeatures(chunk))
    }
  }

  /// Puts the tokens of a chunk's texts in a worker's places.
  ///
  /// - Returns: the places.
  private func place(_ index: Int, _ worker: Int) -> Range<Int> {
    let chunk = chunks[index].samples
    let first = worker * chunkSize
    for (offset, sample) in samples[chunk].enumerated() {
      guard let text = sample.text else { continue }
      text.words.withUnsafeBufferPointer { words in
        text.types.withUnsafeBufferPointer { types in
          pass.place(first + offset, isFirst: offset == 0, words: words, types: types.isEmpty ? nil : types)
        }
      }
    }
    return first..<first + chunk.count
  }

  private func input(of layer: Int, _ chunk: Chunk, rows: Int) -> MutableMatrixView {
    inputs[layer].matrix(at: chunk.firstToken * encoder.width, rows: rows, columns: encoder.width)
  }

  private func cleanFeatures(_ chunk: Chunk) -> MutableMatrixView {
    features.matrix(
      at: chunk.samples.lowerBound * encoder.featureWidth, rows: chunk.samples.count, columns: encoder.featureWidth)
  }

  /// mean |f′ − f| over samples and channels, f′ with weights that differ from the unperturbed ones in one block or several
  /// from `layer` on.
  func disagreement(from layer: Int, _ weights: BodyWeights) throws -> Double {
    let sums = ChunkSums(count: chunks.count)
    try pool.run(chunks.count) { [self] index, worker in
      let (chunk, own) = (chunks[index], place(index, worker))
      let input = pass.blockInput(layer, of: own)
      copy(self.input(of: layer, chunk, rows: input.rows).view, into: input)
      pass.forward(own, fromBlock: layer, weights)
      let (changed, clean) = (pass.features.rows(own), cleanFeatures(chunk))
      var sum = 0.0
      for row in 0..<changed.rows {
        for column in 0..<changed.columns {
          sum += abs(Double(changed[row: row][column]) - Double(clean[row: row][column]))
        }
      }
      sums[index] = sum
    }
    return sums.total / Double(samples.count * encoder.featureWidth)
  }

  /// A sum for each chunk, each written by one worker.
  private final class ChunkSums: @unchecked Sendable {
    private let values: UnsafeMutableBufferPointer<Double>

    init(count: Int) {
      values = .allocate(capacity: count)
      values.initialize(repeating: 0)
    }

    deinit { values.deallocate() }

    subscript(index: Int) -> Double {
      get { values[index] }
      set { values[index] = newValue }
    }

    var total: Double { values.reduce(0, +) }
  }
}
