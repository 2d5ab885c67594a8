import LinearAlgebra

/// From patches or tokens to features.
extension EncoderPass {
  /// Takes in a text. A lane's or chunk's samples must be given from the first to the last.
  ///
  /// - Parameters:
  ///   - sample: its place among the rank's samples.
  ///   - isFirst: whether it is the first of its lane or chunk.
  ///   - words: a token each.
  ///   - types: as many token types, or none, which stands for zeros.
  package func place(
    _ sample: Int, isFirst: Bool, words: UnsafeBufferPointer<Int32>, types: UnsafeBufferPointer<Int32>?
  ) {
    guard case .text(let configuration) = encoder.input else { preconditionFailure("no text encoder") }
    tokens.place(sample, tokens: words.count, behind: isFirst ? nil : sample - 1)
    let first = tokens.rows(sample).lowerBound
    var counted = configuration.padding
    for (index, word) in words.enumerated() {
      let row = first + index
      ids[0].base[row] = word
      if configuration.family == .roberta {
        // Positions count the tokens that are no padding; padding has its own.
        if Int(word) != configuration.padding { counted += 1 }
        ids[1].base[row] = Int32(Int(word) == configuration.padding ? configuration.padding : counted)
      } else {
        ids[1].base[row] = Int32(index)
      }
      ids[2].base[row] = types?[index] ?? 0
    }
  }

  /// From the patches of some samples, a lane or a chunk, to their features.
  ///
  /// - Parameter beforeBlock: is shown the input [tokens, C] of each block.
  package func forward(
    _ samples: Range<Int>, _ weights: BodyWeights,
    beforeBlock: (_ layer: Int, _ input: MatrixView) -> Void = { _, _ in }
  ) {
    embed(samples, tokenRows(samples), weights)
    forward(samples, fromBlock: 0, weights, beforeBlock: beforeBlock)
  }

  /// From the input of a block, which `blockInput` has been filled with, to the features: what `forward` computes from there
  /// on, to the bit.
  package func forward(
    _ samples: Range<Int>, fromBlock first: Int, _ weights: BodyWeights,
    beforeBlock: (_ layer: Int, _ input: MatrixView) -> Void = { _, _ in }
  ) {
    for (layer, block) in encoder.blocks.enumerated().dropFirst(first) {
      beforeBlock(layer, blockInput(layer, of: samples).view)
      block.forward(
        samples, tokens, weights, x: stream(layer), activations: activations(layer), scratch: scratch(layer),
        into: stream(layer + 1))
    }
    finish(samples, weights)
  }

  /// The place of a block's input [tokens, C], of samples whose tokens are placed.
  package func blockInput(_ layer: Int, of samples: Range<Int>) -> MutableMatrixView {
    stream(layer).rows(tokenRows(samples))
  }

  /// From the last block's output to the features.
  private func finish(_ samples: Range<Int>, _ weights: BodyWeights) {
    let features = features.rows(samples)
    let last = normalizePooled(samples, weights)
    if encoder.joinsPatches { return JoinedPatches.forward(last.view, tokens: tokens.capacity, into: features) }
    guard let projection = encoder.projection else {
      for row in 0..<last.rows { features[row: row].update(from: last[row: row], count: last.columns) }
      return
    }
    Linear.forward(
      last.view, weight: projectionMatrix(projection, weights), bias: projection.bias.map { weights.vector($0) },
      into: features)
    guard projection.hasTanh else { return }
    for row in 0..<features.rows { tanh(features[row: row], into: features[row: row], count: features.columns) }
  }

  /// The pooled tokens, or all that are joined, behind their norm where there is one.
  private func normalizePooled(_ samples: Range<Int>, _ weights: BodyWeights) -> MutableMatrixView {
    let rows = outputRows(samples)
    let stream = stream(encoder.blocks.count).rows(rows)
    guard let norm = encoder.pooledNorm else { return stream }
    let pooled = pooled.rows(rows)
    LayerNorm.forward(
      stream.view, weight: weights.vector(norm.weight), bias: weights.vector(norm.bias), epsilon: encoder.epsilon,
      statistics: pooledStatistics.rows(rows), into: pooled)
    return pooled
  }

  private func embed(_ samples: Range<Int>, _ rows: Range<Int>, _ weights: BodyWeights) {
    switch encoder.embedding {
    case .patches(let embedding):
      let target = (embedding.norm == nil ? stream(0) : embedded).rows(rows)
      placeConstants(embedding, into: target, weights)
      Linear.forward(
        patches.rows(rows).view, weight: weights.matrix(embedding.patch), bias: nil, residual: target.view, into: target
      )
      if let norm = embedding.norm { normalizeEmbedded(rows, norm, weights) }
    case .tokens(let embedding):
      let target = (embedding.norm == nil ? stream(0) : embedded).rows(rows)
      let tables = [embedding.word, embedding.position] + (embedding.type.map { [$0] } ?? [])
      for (row, token) in rows.enumerated() {
        for (table, index) in tables.enumerated() {
          let values = weights.vector(index) + ids[table][token] * target.columns
          if table == 0 {
            target[row: row].update(from: values, count: target.columns)
          } else {
            add(target[row: row], values, into: target[row: row], count: target.columns)
          }
        }
      }
      if let norm = embedding.norm { normalizeEmbedded(rows, norm, weights) }
    }
  }

  /// What of patches' embedding is the same for all pictures: position, and class token or bias.
  private func placeConstants(_ embedding: PatchEmbedding, into target: MutableMatrixView, _ weights: BodyWeights) {
    let (count, width) = (tokens.capacity, target.columns)
    guard target.rows > 0 else { return }
    let first = target.rows(0..<count)
    let stored = encoder.layout.parameters[embedding.position].count / width
    let positions = weights.matrix(from: embedding.position, rows: stored, columns: width)
    if let interpolation = embedding.interpolation {
      interpolation.forward(positions, into: first)
    } else {
      copy(positions, into: first)
    }
    add(first[row: 0], weights.vector(embedding.classToken), into: first[row: 0], count: width)
    if let bias = embedding.patchBias { add(row: weights.vector(bias), to: first.rows(1..<count)) }
    for row in count..<target.rows { target[row: row].update(from: target[row: row - count], count: width) }
  }

  private func normalizeEmbedded(_ rows: Range<Int>, _ norm: (weight: Int, bias: Int), _ weights: BodyWeights) {
    LayerNorm.forward(
      embedded.rows(rows).view, weight: weights.vector(norm.weight), bias: weights.vector(norm.bias),
      epsilon: encoder.epsilon, statistics: embeddedStatistics.rows(rows), into: stream(0).rows(rows))
  }

  /// The projection as [features, C], whichever way it is stored.
  func projectionMatrix(_ projection: Encoder.Projection, _ weights: BodyWeights) -> MatrixView {
    let stored = weights.matrix(projection.weight)
    return projection.isTransposed ? stored.transposed : stored
  }
}
