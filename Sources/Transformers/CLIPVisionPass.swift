import LinearAlgebra

/// One rank's forward and backward passes through a vision tower: the memory of its samples, allocated once.
///
/// Samples lie lane by lane. Every lane is computed by itself, so lanes may be computed at the same time, by any worker,
/// and give the same bytes.
package final class CLIPVisionPass: @unchecked Sendable {
  package let tower: CLIPVisionTower
  /// The rank's lanes, each with its samples among the rank's, from 0.
  package let lanes: [Range<Int>]
  /// Patches [B·N, channels · patch · patch], to be filled by a `PatchCutter` before `forward`.
  package let patches: MutableMatrixView
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
  private let dPreNorm: MutableMatrixView
  private let dPostNorm: MutableMatrixView
  private let storage: Arena

  /// - Parameters:
  ///   - lanes: contiguous from 0.
  ///   - workers: how many workers compute lanes at the same time.
  ///   - forBackward: whether `backward` will be called: a forward pass alone needs far less memory.
  ///   - recomputedLayers: how many of the first blocks keep nothing but their inputs and are computed again in the
  ///     backward pass: two ninths more operations in these blocks, the same bytes, far less memory.
  package convenience init(
    _ tower: CLIPVisionTower, lanes: [Range<Int>], workers: Int, forBackward: Bool, recomputedLayers: Int = 0
  ) {
    self.init(
      tower, lanes: lanes, workers: workers, forBackward: forBackward, recomputedLayers: recomputedLayers,
      arena: Arena())
  }

  /// The bytes that a pass holds.
  package static func byteCount(
    _ tower: CLIPVisionTower, lanes: [Range<Int>], workers: Int, recomputedLayers: Int
  ) -> Int {
    let pass = CLIPVisionPass(
      tower, lanes: lanes, workers: workers, forBackward: true, recomputedLayers: recomputedLayers,
      arena: Arena(onlyCounts: true))
    return pass.storage.count * MemoryLayout<Float>.stride
  }

  /// The most blocks that can be recomputed.
  package static func mostRecomputedLayers(_ tower: CLIPVisionTower) -> Int { max(0, tower.blocks.count - 2) }

  private init(
    _ tower: CLIPVisionTower, lanes: [Range<Int>], workers: Int, forBackward: Bool, recomputedLayers: Int,
    arena: Arena
  ) {
    var arena = arena
    self.tower = tower
    self.recomputedLayers = forBackward ? recomputedLayers : Self.mostRecomputedLayers(tower)
    self.lanes = lanes
    let configuration = tower.configuration
    let (width, mlp, tokens) = (configuration.width, configuration.mlpWidth, configuration.tokens)
    let samples = lanes.last?.upperBound ?? 0
    let rows = samples * tokens
    patches = arena.matrix(rows, configuration.patchCount)
    embedded = arena.matrix(rows, width)
    embeddedStatistics = arena.matrix(rows, 2)
    let streamCount = forBackward ? configuration.layers : min(2, configuration.layers)
    streams =
      (0..<streamCount).map { _ in arena.matrix(rows, width) } + [arena.matrix(samples, width)]
    activations = tower.blocks.dropFirst(self.recomputedLayers).map { block in
      let asked = samples * block.queries
      return TransformerBlock.Activations(
        q: arena.matrix(asked, width), kv: arena.matrix(rows, 2 * width),
        probabilities: arena.matrix(asked * configuration.heads, tokens), attended: arena.matrix(asked, width),
        x2: arena.matrix(asked, width), hidden: arena.matrix(asked, mlp), statistics1: arena.matrix(rows, 2),
        statistics2: arena.matrix(asked, 2))
    }
    // The last block has fewer rows after attention: its matrices in the backward pass, where all lanes are at the same
    // stage, are the first rows of the others'. In the forward pass another lane may be at another block: it has its own.
    let back = forBackward ? rows : 0
    let whole = TransformerBlock.Scratch(
      norm1: arena.matrix(rows, width), norm2: arena.matrix(rows, width), activated: arena.matrix(rows, mlp),
      dHidden: arena.matrix(back, mlp), dx2: arena.matrix(back, width), dq: arena.matrix(back, width),
      dAttended: arena.matrix(back, width), dkv: arena.matrix(back, 2 * width), dNorm: arena.matrix(back, width),
      dParameters1: arena.matrix(lanes.count, 2 * width), dParameters2: arena.matrix(lanes.count, 2 * width),
      dProbabilities: arena.matrix(forBackward ? workers * tokens : 0, tokens))
    scratch = [
      whole,
      whole.pooled(
        norm2: arena.matrix(samples, width), activated: arena.matrix(samples, mlp), samples: min(samples, back)),
    ]
    pooled = arena.matrix(samples, width)
    pooledStatistics = arena.matrix(samples, 2)
    features = arena.matrix(samples, configuration.featureWidth)
    dFeatures = arena.matrix(forBackward ? samples : 0, configuration.featureWidth)
    dPooled = arena.matrix(forBackward ? samples : 0, width)
    dStreams = (0..<2).map { _ in arena.matrix(back, width) }
    dEmbedded = arena.matrix(back, width)
    dPreNorm = arena.matrix(lanes.count, 2 * width)
    dPostNorm = arena.matrix(lanes.count, 2 * width)
    storage = arena
  }

  /// The rows of some samples' patches.
  package func patches(of samples: Range<Int>) -> MutableMatrixView { patches.rows(tokenRows(samples)) }

  private func tokenRows(_ samples: Range<Int>) -> Range<Int> {
    let tokens = tower.configuration.tokens
    return samples.lowerBound * tokens..<samples.upperBound * tokens
  }

  private func stream(_ layer: Int) -> MutableMatrixView {
    if layer == tower.blocks.count { return streams[streams.count - 1] }
    return streams[layer % (streams.count - 1)]
  }

  private func activations(_ layer: Int) -> TransformerBlock.Activations {
    activations[max(0, layer - recomputedLayers)]
  }

  private func scratch(_ layer: Int) -> TransformerBlock.Scratch { scratch[tower.blocks[layer].pools ? 1 : 0] }

  /// From the patches of some samples, a lane or a chunk, to their features.
  package func forward(_ samples: Range<Int>, _ weights: BodyWeights) {
    let rows = tokenRows(samples)
    embed(samples, rows, weights)
    for (layer, block) in tower.blocks.enumerated() {
      block.forward(
        samples, weights, x: stream(layer), activations: activations(layer), scratch: scratch(layer),
        into: stream(layer + 1))
    }
    LayerNorm.forward(
      stream(tower.blocks.count).rows(samples).view, weight: weights.vector(tower.postNorm.weight),
      bias: weights.vector(tower.postNorm.bias), epsilon: tower.configuration.epsilon,
      statistics: pooledStatistics.rows(samples), into: pooled.rows(samples))
    if let projection = projectionMatrix(weights) {
      multiply(pooled.rows(samples).view, projection.transposed, into: features.rows(samples))
    } else {
      for sample in samples { features[row: sample].update(from: pooled[row: sample], count: pooled.columns) }
    }
  }

  private func embed(_ samples: Range<Int>, _ rows: Range<Int>, _ weights: BodyWeights) {
    let target = embedded.rows(rows)
    let positions = weights.matrix(tower.positionEmbedding)
    let classEmbedding = weights.vector(tower.classEmbedding)
    for row in 0..<target.rows {
      let token = row % tower.configuration.tokens
      target[row: row].update(from: positions[row: token], count: target.columns)
      if token == 0 { add(target[row: row], classEmbedding, into: target[row: row], count: target.columns) }
    }
    Linear.forward(
      patches.rows(rows).view, weight: weights.matrix(tower.patchEmbedding), bias: nil, residual: target.view,
      into: target)
    LayerNorm.forward(
      target.view, weight: weights.vector(tower.preNorm.weight), bias: weights.vector(tower.preNorm.bias),
      epsilon: tower.configuration.epsilon, statistics: embeddedStatistics.rows(rows), into: stream(0).rows(rows))
  }

  /// The projection as [features, C], whichever way it is stored.
  private func projectionMatrix(_ weights: BodyWeights) -> MatrixView? {
    guard let projection = tower.projection else { return nil }
    let stored = weights.matrix(projection.index)
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
    if stage == tower.blocks.count + 1 {
      let dNorm = dPooled.rows(samples)
      if let projection = projectionMatrix(weights) {
        multiply(dFeatures.rows(samples).view, projection, into: dNorm)
      } else {
        for row in 0..<samples.count {
          dNorm[row: row].update(from: dFeatures.rows(samples)[row: row], count: dNorm.columns)
        }
      }
      LayerNorm.backward(
        dNorm.view, x: stream(tower.blocks.count).rows(samples).view, weight: weights.vector(tower.postNorm.weight),
        statistics: pooledStatistics.rows(samples).view, residual: nil,
        dx: needsInput ? dStream(tower.blocks.count).rows(samples) : nil, parameterGradient: dPostNorm[row: lane])
    } else if stage > 0 {
      let layer = stage - 1
      if layer < recomputedLayers {
        tower.blocks[layer].computeActivations(
          samples, weights, x: stream(layer), activations: activations(layer), scratch: scratch(layer))
      }
      tower.blocks[layer].backward(
        samples, lane: lane, worker: worker, weights, x: stream(layer), activations: activations(layer),
        scratch: scratch(layer), dy: dStream(layer + 1), dx: needsInput ? dStream(layer) : nil)
    } else {
      LayerNorm.backward(
        dStream(0).rows(rows).view, x: embedded.rows(rows).view, weight: weights.vector(tower.preNorm.weight),
        statistics: embeddedStatistics.rows(rows).view, residual: nil, dx: dEmbedded.rows(rows),
        parameterGradient: dPreNorm[row: lane])
    }
  }

  private func dStream(_ layer: Int) -> MutableMatrixView { dStreams[layer % 2] }

  /// How the gradients of a stage's parameters follow from what its backward pass has left, for all the rank's lanes.
  package func gradientParts(stage: Int) -> [GradientPart] {
    let width = tower.configuration.width
    func norm(_ parameter: (weight: Int, bias: Int), _ gradients: MutableMatrixView) -> [GradientPart] {
      [
        GradientPart(parameter.weight, elements: 0..<width, .perLane(gradients.view.columns(0..<width))),
        GradientPart(parameter.bias, elements: 0..<width, .perLane(gradients.view.columns(width..<2 * width))),
      ]
    }
    if stage == tower.blocks.count + 1 {
      var parts = norm(tower.postNorm, dPostNorm)
      if let projection = tower.projection {
        let (outer, inner) = projection.isTransposed ? (pooled, dFeatures) : (dFeatures, pooled)
        parts.append(
          GradientPart(
            projection.index, elements: 0..<outer.columns * inner.columns,
            .product(outer.view, inner.view, lanes: lanes)))
      }
      return parts
    }
    if stage > 0 {
      return tower.blocks[stage - 1].gradientParts(
        lanes: lanes, activations: activations(stage - 1), scratch: scratch(stage - 1), dy: dStream(stage))
    }
    let tokens = tower.configuration.tokens
    let laneRows = lanes.map { tokenRows($0) }
    let classRows = MatrixView(dEmbedded.base, rows: dEmbedded.rows / tokens, columns: width, stride: tokens * width)
    return norm(tower.preNorm, dPreNorm) + [
      GradientPart(tower.classEmbedding, elements: 0..<width, .blockSum(classRows, lanes: lanes)),
      GradientPart(tower.positionEmbedding, elements: 0..<tokens * width, .blockSum(dEmbedded.view, lanes: laneRows)),
      GradientPart(
        tower.patchEmbedding, elements: 0..<width * patches.columns,
        .product(dEmbedded.view, patches.view, lanes: laneRows)),
    ]
  }
}

extension TransformerBlock.Scratch {
  /// The same memory for a block that pools, but for what its forward pass writes row by sample.
  fileprivate func pooled(norm2: MutableMatrixView, activated: MutableMatrixView, samples: Int) -> Self {
    TransformerBlock.Scratch(
      norm1: norm1, norm2: norm2, activated: activated,
      dHidden: dHidden.rows(0..<samples), dx2: dx2.rows(0..<samples), dq: dq.rows(0..<samples),
      dAttended: dAttended.rows(0..<samples), dkv: dkv, dNorm: dNorm, dParameters1: dParameters1,
      dParameters2: dParameters2, dProbabilities: dProbabilities)
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
