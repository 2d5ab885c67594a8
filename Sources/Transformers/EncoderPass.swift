import LinearAlgebra

/// One rank's forward and backward passes through an encoder: the memory of its samples, allocated once.
///
/// Samples lie lane by lane. Every lane is computed by itself, so lanes may be computed at the same time, by any worker,
/// and give the same bytes.
package final class EncoderPass: @unchecked Sendable {
  package let encoder: Encoder
  /// The rank's lanes, each with its samples among the rank's, from 0.
  package let lanes: [Range<Int>]
  /// N, the most tokens of a sample, and where each sample's lie.
  package let tokens: SampleRows
  /// Patches [B·N, channels · patch · patch], to be filled by a `PatchCutter` before `forward`; of a text encoder nothing.
  package let patches: MutableMatrixView
  /// Each token's word, position and type; of a vision tower nothing.
  private let ids: [RowIndices]
  private let idStorage: IndexStorage
  /// f [B, features].
  package let features: MutableMatrixView
  /// The gradient of the loss with respect to f, to be filled before `backward`.
  package let dFeatures: MutableMatrixView

  /// The embedding's sum before its normalisation [B·N, C].
  private let embedded: MutableMatrixView
  private let embeddedStatistics: MutableMatrixView
  /// The input of each block, and the output of the last; two that take turns where there is no backward pass.
  private let streams: [MutableMatrixView]
  /// What blocks leave for the backward pass. Blocks that are computed again share a place with the first that is not.
  private let activations: [TransformerBlock.Activations]
  private let recomputedLayers: Int
  private let pooled: MutableMatrixView
  private let pooledStatistics: MutableMatrixView
  /// Gradients with respect to a block's output and input, which take turns.
  private let dStreams: [MutableMatrixView]
  private let dPooled: MutableMatrixView
  private let dEmbedded: MutableMatrixView
  private let scratch: [TransformerBlock.Scratch]
  /// The gradient before tanh, where that is behind the projection.
  private let dProjected: MutableMatrixView
  private let dPreNorm: MutableMatrixView
  /// Each lane's gradients of the patches' bias [lanes, C], and of positions that are interpolated.
  private let dPatchBias: MutableMatrixView
  private let dPosition: MutableMatrixView
  private let dPostNorm: MutableMatrixView
  private let storage: Arena

  /// - Parameters:
  ///   - tokens: the most tokens of a sample; nil where the encoder fixes them.
  ///   - lanes: contiguous from 0.
  ///   - workers: how many workers compute lanes at the same time.
  ///   - forBackward: whether `backward` will be called: a forward pass alone needs far less memory.
  ///   - recomputedLayers: how many of the first blocks keep nothing but their inputs and are computed again in the
  ///     backward pass: two ninths more operations in these blocks (three with layer scales), the same bytes, far less
  ///     memory.
  package convenience init(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool,
    recomputedLayers: Int = 0
  ) {
    self.init(
      encoder, tokens: tokens, lanes: lanes, workers: workers, forBackward: forBackward,
      recomputedLayers: recomputedLayers,
      arena: Arena())
  }

  /// The bytes that a pass holds.
  package static func byteCount(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool = true,
    recomputedLayers: Int = 0
  ) -> Int {
    let pass = EncoderPass(
      encoder, tokens: tokens, lanes: lanes, workers: workers, forBackward: forBackward,
      recomputedLayers: recomputedLayers, arena: Arena(onlyCounts: true))
    return pass.storage.count * MemoryLayout<Float>.stride
  }

  /// The most blocks that can be recomputed.
  package static func mostRecomputedLayers(_ encoder: Encoder) -> Int { max(0, encoder.blocks.count - 2) }

  private init(
    _ encoder: Encoder, tokens: Int? = nil, lanes: [Range<Int>], workers: Int, forBackward: Bool, recomputedLayers: Int,
    arena: Arena
  ) {
    var arena = arena
    self.encoder = encoder
    self.recomputedLayers = forBackward ? recomputedLayers : Self.mostRecomputedLayers(encoder)
    self.lanes = lanes
    let (width, mlp, tokens) = (encoder.width, encoder.mlpWidth, tokens ?? encoder.fixedTokens!)
    let samples = lanes.last?.upperBound ?? 0
    let rows = samples * tokens
    self.tokens = SampleRows(samples: samples, capacity: tokens)
    var patchCount = 0
    if case .pictures(let tower) = encoder.input { patchCount = tower.pictures.patchCount }
    patches = arena.matrix(patchCount > 0 ? rows : 0, patchCount)
    let idStorage = IndexStorage(count: patchCount > 0 ? 0 : 3 * rows)
    self.idStorage = idStorage
    ids = (0..<3).map { RowIndices(idStorage.base + (patchCount > 0 ? 0 : $0 * rows)) }
    embedded = arena.matrix(rows, width)
    embeddedStatistics = arena.matrix(rows, 2)
    let streamCount = forBackward ? encoder.layers : min(2, encoder.layers)
    let outputs = encoder.joinsPatches ? rows : samples
    streams =
      (0..<streamCount).map { _ in arena.matrix(rows, width) } + [arena.matrix(outputs, width)]
    activations = encoder.blocks.dropFirst(self.recomputedLayers).map { block in
      let asked = samples * block.queries(tokens)
      let isBefore = block.normalization == .before
      let scaled = block.parameters.scales == nil ? 0 : asked
      return TransformerBlock.Activations(
        q: arena.matrix(asked, width), kv: arena.matrix(rows, 2 * width),
        probabilities: arena.matrix(asked * encoder.heads, tokens), attended: arena.matrix(asked, width),
        x2: arena.matrix(asked, width), hidden: arena.matrix(asked, mlp),
        sum2: arena.matrix(isBefore ? 0 : asked, width), branch1: arena.matrix(scaled, width),
        branch2: arena.matrix(scaled, width), statistics1: arena.matrix(isBefore ? rows : asked, 2),
        statistics2: arena.matrix(asked, 2))
    }
    // The last block has fewer rows after attention: its matrices in the backward pass, where all lanes are at the same
    // stage, are the first rows of the others'. In the forward pass another lane may be at another block: it has its own.
    let back = forBackward ? rows : 0
    let isBefore = encoder.blocks[0].normalization == .before
    let isScaled = encoder.blocks[0].parameters.scales != nil
    let whole = TransformerBlock.Scratch(
      norm1: arena.matrix(isBefore ? rows : 0, width), norm2: arena.matrix(rows, width),
      activated: arena.matrix(rows, mlp),
      dHidden: arena.matrix(back, mlp), dx2: arena.matrix(back, width), dq: arena.matrix(back, width),
      dAttended: arena.matrix(back, width), dkv: arena.matrix(back, 2 * width),
      dNorm: arena.matrix(isBefore ? back : 0, width),
      dSum2: arena.matrix(isBefore && !isScaled ? 0 : back, width), dBranch1: arena.matrix(isScaled ? back : 0, width),
      askers: arena.matrix(0, width),
      dParameters1: arena.matrix(lanes.count, 2 * width), dParameters2: arena.matrix(lanes.count, 2 * width),
      dScales: arena.matrix(isScaled ? lanes.count : 0, 2 * width),
      dProbabilities: arena.matrix(forBackward ? workers * tokens : 0, tokens))
    scratch = [
      whole,
      whole.pooled(
        norm2: arena.matrix(samples, width), activated: arena.matrix(samples, mlp),
        askers: arena.matrix(samples, width), samples: min(samples, back)),
    ]
    pooled = arena.matrix(outputs, width)
    pooledStatistics = arena.matrix(outputs, 2)
    features = arena.matrix(samples, encoder.featureWidth)
    dFeatures = arena.matrix(forBackward ? samples : 0, encoder.featureWidth)
    dPooled = arena.matrix(forBackward ? outputs : 0, width)
    dProjected = arena.matrix(forBackward && encoder.projection?.hasTanh == true ? samples : 0, encoder.featureWidth)
    dStreams = (0..<2).map { _ in arena.matrix(back, width) }
    dEmbedded = arena.matrix(back, width)
    dPreNorm = arena.matrix(lanes.count, 2 * width)
    var (biases, positions) = (0, 0)
    if forBackward, case .patches(let embedding) = encoder.embedding {
      biases = embedding.patchBias == nil ? 0 : width
      positions = embedding.interpolation == nil ? 0 : encoder.layout.parameters[embedding.position].count
    }
    dPatchBias = arena.matrix(lanes.count, biases)
    dPosition = arena.matrix(lanes.count, positions)
    dPostNorm = arena.matrix(lanes.count, 2 * width)
    storage = arena
  }

  /// The rows of some samples' patches.
  package func patches(of samples: Range<Int>) -> MutableMatrixView { patches.rows(tokenRows(samples)) }

  private func tokenRows(_ samples: Range<Int>) -> Range<Int> { tokens.rows(samples) }

  /// The rows of some samples in the last block's output.
  private func outputRows(_ samples: Range<Int>) -> Range<Int> { encoder.joinsPatches ? tokenRows(samples) : samples }

  private func stream(_ layer: Int) -> MutableMatrixView {
    if layer == encoder.blocks.count { return streams[streams.count - 1] }
    return streams[layer % (streams.count - 1)]
  }

  private func activations(_ layer: Int) -> TransformerBlock.Activations {
    activations[max(0, layer - recomputedLayers)]
  }

  private func scratch(_ layer: Int) -> TransformerBlock.Scratch { scratch[encoder.blocks[layer].pools ? 1 : 0] }

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
  private func projectionMatrix(_ projection: Encoder.Projection, _ weights: BodyWeights) -> MatrixView {
    let stored = weights.matrix(projection.weight)
    return projection.isTransposed ? stored.transposed : stored
  }

  /// One stage of the backward pass for one lane: from the gradient of the stage's output to that of its input.
  ///
  /// Stages go from the last to the first; a stage's `gradientParts` are valid until the next stage's backward pass.
  ///
  /// - Parameter needsInput: whether a stage before this one will be asked.
  package func backward(stage: Int, lane: Int, worker: Int, needsInput: Bool, _ weights: BodyWeights) {
    let samples = lanes[lane]
    let rows = tokenRows(samples)
    if stage == encoder.blocks.count + 1 {
      backwardPooled(samples, lane: lane, needsInput: needsInput, weights)
    } else if stage > 0 {
      let layer = stage - 1
      if layer < recomputedLayers {
        encoder.blocks[layer].computeActivations(
          samples, tokens, weights, x: stream(layer), activations: activations(layer), scratch: scratch(layer))
      }
      encoder.blocks[layer].backward(
        samples, tokens, lane: lane, worker: worker, weights, x: stream(layer), activations: activations(layer),
        scratch: scratch(layer), dy: dStream(layer + 1), dx: needsInput ? dStream(layer) : nil)
    } else {
      backwardEmbedding(rows, lane: lane, weights)
    }
  }

  /// To the embedding's sum, and what no sum over samples gives of it.
  private func backwardEmbedding(_ rows: Range<Int>, lane: Int, _ weights: BodyWeights) {
    if let norm = embeddingNorm {
      LayerNorm.backward(
        dStream(0).rows(rows).view, x: embedded.rows(rows).view, weight: weights.vector(norm.weight),
        statistics: embeddedStatistics.rows(rows).view, residual: nil, dx: dEmbedded.rows(rows),
        parameterGradient: dPreNorm[row: lane])
    }
    guard case .patches(let embedding) = encoder.embedding else { return }
    let (gradient, count, width) = (dSummed.rows(rows), tokens.capacity, encoder.width)
    if embedding.patchBias != nil {
      let bias = dPatchBias[row: lane]
      bias.update(repeating: 0, count: width)
      for row in 0..<gradient.rows where row % count > 0 { add(bias, gradient[row: row], into: bias, count: width) }
    }
    if let interpolation = embedding.interpolation {
      let positions = MutableMatrixView(
        dPosition[row: lane], rows: dPosition.columns / width, columns: width)
      fill(positions, with: 0)
      for first in stride(from: 0, to: gradient.rows, by: count) {
        interpolation.backward(gradient.rows(first..<first + count).view, addingTo: positions)
      }
    }
  }

  /// The gradient with respect to the embedding's sum.
  private var dSummed: MutableMatrixView { embeddingNorm == nil ? dStream(0) : dEmbedded }

  private var embeddingNorm: (weight: Int, bias: Int)? {
    switch encoder.embedding {
    case .patches(let embedding): embedding.norm
    case .tokens(let embedding): embedding.norm
    }
  }

  /// From features to the last block's output.
  private func backwardPooled(_ samples: Range<Int>, lane: Int, needsInput: Bool, _ weights: BodyWeights) {
    let rows = outputRows(samples)
    let output = dStream(encoder.blocks.count).rows(rows)
    // Where nothing normalises, the gradient of pooled tokens is that of the last block's output.
    let dNorm = encoder.pooledNorm == nil ? output : dPooled.rows(rows)
    if let projection = encoder.projection {
      let gradient = dProjection(projection).rows(samples)
      if projection.hasTanh {
        for row in 0..<gradient.rows {
          tanhBackward(
            dFeatures.rows(samples)[row: row], y: features.rows(samples)[row: row], dx: gradient[row: row],
            count: gradient.columns)
        }
      }
      multiply(gradient.view, projectionMatrix(projection, weights), into: dNorm)
    } else if encoder.joinsPatches {
      JoinedPatches.backward(dFeatures.rows(samples).view, tokens: tokens.capacity, dz: dNorm)
    } else {
      for row in 0..<samples.count {
        dNorm[row: row].update(from: dFeatures.rows(samples)[row: row], count: dNorm.columns)
      }
    }
    guard let norm = encoder.pooledNorm else { return }
    LayerNorm.backward(
      dNorm.view, x: stream(encoder.blocks.count).rows(rows).view, weight: weights.vector(norm.weight),
      statistics: pooledStatistics.rows(rows).view, residual: nil, dx: needsInput ? output : nil,
      parameterGradient: dPostNorm[row: lane])
  }

  /// The gradient of what the projection's product gives.
  private func dProjection(_ projection: Encoder.Projection) -> MutableMatrixView {
    projection.hasTanh ? dProjected : dFeatures
  }

  private func dStream(_ layer: Int) -> MutableMatrixView { dStreams[layer % 2] }

  /// How the gradients of a stage's parameters follow from what its backward pass has left, for all the rank's lanes.
  package func gradientParts(stage: Int) -> [GradientPart] {
    if stage == encoder.blocks.count + 1 { return pooledParts }
    if stage == 0 { return embeddingParts }
    return encoder.blocks[stage - 1].gradientParts(
      lanes: lanes, tokens, x: stream(stage - 1), activations: activations(stage - 1), scratch: scratch(stage - 1),
      dy: dStream(stage))
  }

  private func normParts(_ parameter: (weight: Int, bias: Int)?, _ gradients: MutableMatrixView) -> [GradientPart] {
    guard let parameter else { return [] }
    let width = encoder.width
    return [
      GradientPart(parameter.weight, elements: 0..<width, .perLane(gradients.view.columns(0..<width))),
      GradientPart(parameter.bias, elements: 0..<width, .perLane(gradients.view.columns(width..<2 * width))),
    ]
  }

  private var pooledParts: [GradientPart] {
    var parts = normParts(encoder.pooledNorm, dPostNorm)
    guard let projection = encoder.projection else { return parts }
    let (gradient, rows) = (dProjection(projection), LaneRows(lanes))
    let input = encoder.pooledNorm == nil ? stream(encoder.blocks.count) : pooled
    let (outer, inner) = projection.isTransposed ? (input, gradient) : (gradient, input)
    parts.append(
      GradientPart(
        projection.weight, elements: 0..<outer.columns * inner.columns, .product(outer.view, inner.view, lanes: rows)))
    if let bias = projection.bias {
      parts.append(GradientPart(bias, elements: 0..<gradient.columns, .blockSum(gradient.view, lanes: rows)))
    }
    return parts
  }

  private var embeddingParts: [GradientPart] {
    let (width, rows, gradient) = (encoder.width, LaneRows(lanes, tokens: tokens), dSummed.view)
    switch encoder.embedding {
    case .patches(let embedding):
      let count = tokens.capacity
      let classRows = MatrixView(gradient.base, rows: gradient.rows / count, columns: width, stride: count * width)
      let positions: GradientPart.Source =
        embedding.interpolation == nil ? .blockSum(gradient, lanes: rows) : .perLane(dPosition.view)
      let bias = embedding.patchBias.map { [GradientPart($0, elements: 0..<width, .perLane(dPatchBias.view))] } ?? []
      return normParts(embedding.norm, dPreNorm) + bias + [
        GradientPart(embedding.classToken, elements: 0..<width, .blockSum(classRows, lanes: LaneRows(lanes))),
        GradientPart(
          embedding.position, elements: 0..<encoder.layout.parameters[embedding.position].count, positions),
        GradientPart(
          embedding.patch, elements: 0..<width * patches.columns, .product(gradient, patches.view, lanes: rows)),
      ]
    case .tokens(let embedding):
      let tables = [embedding.word, embedding.position] + (embedding.type.map { [$0] } ?? [])
      return normParts(embedding.norm, dPreNorm)
        + tables.enumerated().map { table, index in
          GradientPart(
            index, elements: 0..<encoder.layout.parameters[index].count,
            .scatter(gradient, targets: ids[table], lanes: rows))
        }
    }
  }
}

extension TransformerBlock.Scratch {
  /// The same memory for a block that pools, but for what its forward pass writes row by sample.
  fileprivate func pooled(
    norm2: MutableMatrixView, activated: MutableMatrixView, askers: MutableMatrixView, samples: Int
  ) -> Self {
    TransformerBlock.Scratch(
      norm1: norm1, norm2: norm2, activated: activated,
      dHidden: dHidden.rows(0..<samples), dx2: dx2.rows(0..<samples), dq: dq.rows(0..<samples),
      dAttended: dAttended.rows(0..<samples), dkv: dkv, dNorm: dNorm,
      dSum2: dSum2.rows(0..<min(samples, dSum2.rows)), dBranch1: dBranch1.rows(0..<min(samples, dBranch1.rows)),
      askers: askers, dParameters1: dParameters1, dParameters2: dParameters2, dScales: dScales,
      dProbabilities: dProbabilities)
  }
}

/// The storage behind the matrices of one pass.
private struct Arena {
  /// Elements so far.
  private(set) var count = 0
  private let onlyCounts: Bool
  private var storage: [FloatStorage] = []

  /// - Parameter onlyCounts: whether to count only; the matrices must not be touched then.
  init(onlyCounts: Bool = false) { self.onlyCounts = onlyCounts }

  mutating func matrix(_ rows: Int, _ columns: Int) -> MutableMatrixView {
    count += rows * columns
    guard !onlyCounts else {
      return MutableMatrixView(UnsafeMutablePointer(bitPattern: 64)!, rows: rows, columns: columns)
    }
    let block = FloatStorage(count: rows * columns)
    storage.append(block)
    return block.matrix(rows: rows, columns: columns)
  }
}

/// Indices that live as long as their owner.
private final class IndexStorage: @unchecked Sendable {
  let base: UnsafeMutablePointer<Int32>

  init(count: Int) {
    base = .allocate(capacity: max(1, count))
    base.update(repeating: 0, count: max(1, count))
  }

  deinit { base.deallocate() }
}
