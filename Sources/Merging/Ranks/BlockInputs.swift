import LinearAlgebra
import Transformers

/// Forward passes over a group of chunks of samples that begin at any block of an encoder: what an unperturbed pass
/// gave each block is kept.
///
/// A change of a block's weights changes nothing before it. Chunks do not depend on ranks and threads, so neither do the
/// features' bytes.
///
/// Memory: L·C·4 bytes for each token of the group, and a pass over one chunk for each worker.
final class BlockInputs: @unchecked Sendable {
  private let encoder: Encoder
  private let samples: [DisagreementSubject.Sample]
  private let chunks: [SampleChunks.Chunk]
  /// The tokens of the group's chunks before each.
  private let firstTokens: [Int]
  /// The most samples of a chunk.
  private let chunkSize: Int
  private let pool: WorkerPool
  private let pass: EncoderPass
  private let pixels: FloatStorage
  /// Of each block, [tokens of the group, C].
  private let inputs: [FloatStorage]
  /// f [samples of the group, features].
  private let features: FloatStorage

  /// What is kept of each token, in bytes.
  static func bytesPerToken(_ encoder: Encoder) -> Int { encoder.layers * encoder.width * MemoryLayout<Float>.stride }

  /// Computes a group's samples with the unperturbed weights.
  ///
  /// - Parameter group: consecutive chunks of the subject's samples; at least one.
  init(
    _ subject: DisagreementSubject, _ group: [SampleChunks.Chunk], _ weights: BodyWeights, pool: WorkerPool
  ) throws {
    (encoder, samples, chunks, self.pool) = (subject.encoder, subject.samples, group, pool)
    let places = group.reduce(into: [0]) { $0.append($0.last! + $1.tokens) }
    let size = group.map(\.samples.count).max()!
    (firstTokens, chunkSize) = (places, size)
    pass = EncoderPass(
      encoder, tokens: subject.mostTokens, lanes: (0..<pool.threads).map { $0 * size..<($0 + 1) * size },
      workers: pool.threads, forBackward: false)
    pixels = FloatStorage(count: pool.threads * encoder.pixelCount)
    inputs = (0..<encoder.layers).map { [width = encoder.width] _ in FloatStorage(count: places.last! * width) }
    features = FloatStorage(count: group.reduce(0) { $0 + $1.samples.count } * encoder.featureWidth)
    try pool.run(group.count) { [self] index, worker in
      let own = place(index, worker)
      for (offset, sample) in samples[chunks[index].samples].enumerated() where sample.text == nil {
        try sample.inputs.place(
          sample.index, at: own.lowerBound + offset, isFirst: offset == 0,
          scratch: pixels.base + worker * encoder.pixelCount, in: pass)
      }
      pass.forward(own, weights) { layer, input in copy(input, into: self.input(of: layer, index, rows: input.rows)) }
      copy(pass.features.rows(own).view, into: cleanFeatures(index))
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

  private func input(of layer: Int, _ index: Int, rows: Int) -> MutableMatrixView {
    inputs[layer].matrix(at: firstTokens[index] * encoder.width, rows: rows, columns: encoder.width)
  }

  private func cleanFeatures(_ index: Int) -> MutableMatrixView {
    let own = chunks[index].samples
    return features.matrix(
      at: (own.lowerBound - chunks[0].samples.lowerBound) * encoder.featureWidth, rows: own.count,
      columns: encoder.featureWidth)
  }

  /// Adds |f′ − f| over the group's samples and all channels to a sum. f′ is of weights that differ from the unperturbed
  /// ones in one block or several from `layer` on.
  ///
  /// Chunk by chunk, in order: whatever the groups are, the sum over all samples has the same bytes.
  func addDifferences(to sum: inout Double, from layer: Int, _ weights: BodyWeights) throws {
    let sums = ChunkSums(count: chunks.count)
    try pool.run(chunks.count) { [self] index, worker in
      let places = place(index, worker)
      let input = pass.blockInput(layer, of: places)
      copy(self.input(of: layer, index, rows: input.rows).view, into: input)
      pass.forward(places, fromBlock: layer, weights)
      let (changed, clean) = (pass.features.rows(places), cleanFeatures(index))
      var own = 0.0
      for row in 0..<changed.rows {
        for column in 0..<changed.columns {
          own += abs(Double(changed[row: row][column]) - Double(clean[row: row][column]))
        }
      }
      sums[index] = own
    }
    for index in chunks.indices { sum += sums[index] }
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
  }
}
