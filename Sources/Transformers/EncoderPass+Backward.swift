import LinearAlgebra

/// From the features' gradients to those of the parameters.
extension EncoderPass {
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
