import LinearAlgebra

/// A residual block that normalises before each of its halves, as in CLIP.
///
///     x₂ = x + attention(norm₁(x))·Woᵀ + bo,   y = x₂ + f(norm₂(x₂)·W₁ᵀ + b₁)·W₂ᵀ + b₂
///
/// Of the last block only the pooled token's output is needed: there `pools`, and after keys and values every matrix has
/// one row per sample. B samples of N tokens; M = pools ? 1 : N tokens ask; C channels, F of the MLP.
package struct TransformerBlock: Sendable {
  /// The indices of the block's parameters in the encoder's layout.
  package struct Parameters: Sendable {
    package var norm1: (weight: Int, bias: Int)
    /// The matrix [3·C, C] of queries, keys and values, and its bias: one parameter, or three that follow each other.
    package var qkv: (weights: [Int], biases: [Int])
    package var output: (weight: Int, bias: Int)
    package var norm2: (weight: Int, bias: Int)
    package var expand: (weight: Int, bias: Int)
    package var contract: (weight: Int, bias: Int)
  }

  package let parameters: Parameters
  package let attention: Attention
  package let mlpWidth: Int
  package let activation: Activation
  package let epsilon: Float
  package let tokens: Int
  package let pools: Bool

  var width: Int { attention.width }
  /// M: the tokens of a sample that ask.
  var queries: Int { pools ? 1 : tokens }

  /// What a forward pass leaves for the backward pass, for the samples of one rank.
  struct Activations: Sendable {
    /// [B·M, C].
    let q: MutableMatrixView
    /// [B·N, 2·C].
    let kv: MutableMatrixView
    /// [B·H·M, N].
    let probabilities: MutableMatrixView
    /// Attention's result [B·M, C].
    let attended: MutableMatrixView
    /// [B·M, C].
    let x2: MutableMatrixView
    /// Before the nonlinearity [B·M, F].
    let hidden: MutableMatrixView
    /// [B·N, 2] and [B·M, 2].
    let statistics1: MutableMatrixView
    let statistics2: MutableMatrixView
  }

  /// Memory that one block uses after the other.
  struct Scratch: Sendable {
    /// [B·N, C].
    let norm1: MutableMatrixView
    /// [B·M, C].
    let norm2: MutableMatrixView
    /// [B·M, F].
    let activated: MutableMatrixView
    /// [B·M, F].
    let dHidden: MutableMatrixView
    /// [B·M, C]: the gradient with respect to x₂.
    let dx2: MutableMatrixView
    let dq: MutableMatrixView
    let dAttended: MutableMatrixView
    /// [B·N, 2·C].
    let dkv: MutableMatrixView
    /// [B·N, C].
    let dNorm: MutableMatrixView
    /// [lanes, 2·C]: each lane's gradients of weight and bias.
    let dParameters1: MutableMatrixView
    let dParameters2: MutableMatrixView
    /// [workers·N, N].
    let dProbabilities: MutableMatrixView
  }

  /// The rows of `samples` in a matrix that has `perSample` rows for each sample.
  private func rows(_ samples: Range<Int>, _ perSample: Int) -> Range<Int> {
    samples.lowerBound * perSample..<samples.upperBound * perSample
  }

  /// The rows of the tokens that ask, out of a matrix with a row for every token.
  private func asking(_ x: MutableMatrixView, _ samples: Range<Int>) -> MutableMatrixView {
    let all = x.rows(rows(samples, tokens))
    guard pools else { return all }
    return MutableMatrixView(all.base, rows: samples.count, columns: x.columns, stride: tokens * x.stride)
  }

  /// - Parameters:
  ///   - samples: the lane's samples among the rank's.
  ///   - x: [B·N, C], all the rank's.
  ///   - y: [B·M, C], all the rank's.
  func forward(
    _ samples: Range<Int>, _ weights: BodyWeights, x: MutableMatrixView, activations: Activations,
    scratch: Scratch, into y: MutableMatrixView
  ) {
    computeActivations(samples, weights, x: x, activations: activations, scratch: scratch)
    let asked = rows(samples, queries)
    let (hidden, activated) = (activations.hidden.rows(asked), scratch.activated.rows(asked))
    activation.forward(hidden.base, into: activated.base, count: hidden.rows * hidden.columns)
    Linear.forward(
      activated.view, weight: weights.matrix(parameters.contract.weight),
      bias: weights.vector(parameters.contract.bias), residual: activations.x2.rows(asked).view, into: y.rows(asked))
  }

  /// Computes all that `backward` needs, which is the forward pass but for its last product.
  func computeActivations(
    _ samples: Range<Int>, _ weights: BodyWeights, x: MutableMatrixView, activations: Activations, scratch: Scratch
  ) {
    let (all, asked) = (rows(samples, tokens), rows(samples, queries))
    LayerNorm.forward(
      x.rows(all).view, weight: weights.vector(parameters.norm1.weight), bias: weights.vector(parameters.norm1.bias),
      epsilon: epsilon, statistics: activations.statistics1.rows(all), into: scratch.norm1.rows(all))
    let projection = qkvProjection(weights)
    Linear.forward(
      asking(scratch.norm1, samples).view, weight: projection.query, bias: projection.bias,
      into: activations.q.rows(asked))
    Linear.forward(
      scratch.norm1.rows(all).view, weight: projection.keyValue, bias: projection.bias + width,
      into: activations.kv.rows(all))
    for sample in samples {
      attention.forward(
        activations.q.rows(rows(sample..<sample + 1, queries)).view,
        activations.kv.rows(rows(sample..<sample + 1, tokens)).view,
        probabilities: activations.probabilities.rows(rows(sample..<sample + 1, queries * attention.heads)),
        into: activations.attended.rows(rows(sample..<sample + 1, queries)))
    }
    let x2 = activations.x2.rows(asked)
    Linear.forward(
      activations.attended.rows(asked).view, weight: weights.matrix(parameters.output.weight),
      bias: weights.vector(parameters.output.bias), residual: asking(x, samples).view, into: x2)
    LayerNorm.forward(
      x2.view, weight: weights.vector(parameters.norm2.weight), bias: weights.vector(parameters.norm2.bias),
      epsilon: epsilon, statistics: activations.statistics2.rows(asked), into: scratch.norm2.rows(asked))
    Linear.forward(
      scratch.norm2.rows(asked).view, weight: weights.matrix(parameters.expand.weight),
      bias: weights.vector(parameters.expand.bias), into: activations.hidden.rows(asked))
  }

  /// - Parameters:
  ///   - lane: the lane's place among the rank's lanes.
  ///   - worker: the worker that computes it.
  ///   - x: the block's input, as in `forward`.
  ///   - dy: [B·M, C].
  ///   - dx: [B·N, C], or nil where it is not wanted.
  func backward(
    _ samples: Range<Int>, lane: Int, worker: Int, _ weights: BodyWeights, x: MutableMatrixView,
    activations: Activations, scratch: Scratch, dy: MutableMatrixView, dx: MutableMatrixView?
  ) {
    let (all, asked) = (rows(samples, tokens), rows(samples, queries))
    let (dy, x2) = (dy.rows(asked), activations.x2.rows(asked))
    let (hidden, dHidden) = (activations.hidden.rows(asked), scratch.dHidden.rows(asked))

    Linear.backward(dy.view, weight: weights.matrix(parameters.contract.weight), dx: dHidden)
    activation.backward(
      hidden.base, recomputing: scratch.activated.rows(asked).base, dy: dHidden.base, dx: dHidden.base,
      count: hidden.rows * hidden.columns)
    LayerNorm.recompute(
      x2.view, weight: weights.vector(parameters.norm2.weight), bias: weights.vector(parameters.norm2.bias),
      statistics: activations.statistics2.rows(asked).view, into: scratch.norm2.rows(asked))
    // Within the lane's own rows of all tokens, which another lane's norm₁ needs at the same time.
    let dNorm2 = asking(scratch.dNorm, samples)
    Linear.backward(dHidden.view, weight: weights.matrix(parameters.expand.weight), dx: dNorm2)
    let dx2 = scratch.dx2.rows(asked)
    LayerNorm.backward(
      dNorm2.view, x: x2.view, weight: weights.vector(parameters.norm2.weight),
      statistics: activations.statistics2.rows(asked).view, residual: dy.view, dx: dx2,
      parameterGradient: scratch.dParameters2[row: lane])

    let dAttended = scratch.dAttended.rows(asked)
    Linear.backward(dx2.view, weight: weights.matrix(parameters.output.weight), dx: dAttended)
    for sample in samples {
      attention.backward(
        scratch.dAttended.rows(rows(sample..<sample + 1, queries)).view,
        activations.q.rows(rows(sample..<sample + 1, queries)).view,
        activations.kv.rows(rows(sample..<sample + 1, tokens)).view,
        probabilities: activations.probabilities.rows(rows(sample..<sample + 1, queries * attention.heads)).view,
        scratch: scratch.dProbabilities.rows(worker * tokens..<worker * tokens + queries),
        dq: scratch.dq.rows(rows(sample..<sample + 1, queries)),
        dkv: scratch.dkv.rows(rows(sample..<sample + 1, tokens)))
    }

    LayerNorm.recompute(
      x.rows(all).view, weight: weights.vector(parameters.norm1.weight), bias: weights.vector(parameters.norm1.bias),
      statistics: activations.statistics1.rows(all).view, into: scratch.norm1.rows(all))
    let projection = qkvProjection(weights)
    let dNorm1 = scratch.dNorm.rows(all)
    Linear.backward(scratch.dkv.rows(all).view, weight: projection.keyValue, dx: dNorm1)
    Linear.backward(
      scratch.dq.rows(asked).view, weight: projection.query, dx: asking(scratch.dNorm, samples), accumulating: true)
    LayerNorm.backward(
      dNorm1.view, x: x.rows(all).view, weight: weights.vector(parameters.norm1.weight),
      statistics: activations.statistics1.rows(all).view, residual: pools ? nil : dx2.view, dx: dx?.rows(all),
      parameterGradient: scratch.dParameters1[row: lane])
    if pools, let dx {
      let target = asking(dx, samples)
      for row in 0..<target.rows {
        add(target[row: row], dx2[row: row], into: target[row: row], count: width)
      }
    }
  }

  /// How the gradients of the block's parameters follow from what `backward` has left.
  ///
  /// - Parameter lanes: each lane's samples.
  func gradientParts(
    lanes: [Range<Int>], activations: Activations, scratch: Scratch, dy: MutableMatrixView
  ) -> [GradientPart] {
    let tokenRows = lanes.map { rows($0, tokens) }
    let askingRows = lanes.map { rows($0, queries) }
    let samples = scratch.norm1.rows / tokens
    let askingNorm1 = asking(scratch.norm1, 0..<samples).view

    func linear(
      _ parameter: (weight: Int, bias: Int), _ dy: MatrixView, _ x: MatrixView, firstRow: Int = 0,
      lanes: [Range<Int>]
    ) -> [GradientPart] {
      let rows = firstRow..<firstRow + dy.columns
      return [
        GradientPart(
          parameter.weight, elements: rows.lowerBound * x.columns..<rows.upperBound * x.columns,
          .product(dy, x, lanes: lanes)),
        GradientPart(parameter.bias, elements: rows, .blockSum(dy, lanes: lanes)),
      ]
    }
    func norm(_ parameter: (weight: Int, bias: Int), _ gradients: MutableMatrixView) -> [GradientPart] {
      let (weight, bias) = (gradients.view.columns(0..<width), gradients.view.columns(width..<2 * width))
      return [
        GradientPart(parameter.weight, elements: 0..<width, .perLane(weight)),
        GradientPart(parameter.bias, elements: 0..<width, .perLane(bias)),
      ]
    }

    var parts = linear(parameters.contract, dy.view, scratch.activated.view, lanes: askingRows)
    parts += linear(parameters.expand, scratch.dHidden.view, scratch.norm2.view, lanes: askingRows)
    parts += norm(parameters.norm2, scratch.dParameters2)
    parts += linear(parameters.output, scratch.dx2.view, activations.attended.view, lanes: askingRows)
    // Queries, keys and values: each its own parameter, or a third of one.
    let thirds = [scratch.dq.view, scratch.dkv.view.columns(0..<width), scratch.dkv.view.columns(width..<2 * width)]
    for (third, gradient) in thirds.enumerated() {
      let isFused = parameters.qkv.weights.count == 1
      let index = isFused ? 0 : third
      parts += linear(
        (parameters.qkv.weights[index], parameters.qkv.biases[index]), gradient,
        third == 0 ? askingNorm1 : scratch.norm1.view, firstRow: isFused ? third * width : 0,
        lanes: third == 0 ? askingRows : tokenRows)
    }
    return parts + norm(parameters.norm1, scratch.dParameters1)
  }

  /// Wq [C, C], Wkv [2·C, C] and the bias [3·C].
  private func qkvProjection(
    _ weights: BodyWeights
  ) -> (query: MatrixView, keyValue: MatrixView, bias: UnsafePointer<Float>) {
    let whole = weights.matrix(from: parameters.qkv.weights[0], rows: 3 * width, columns: width)
    return (whole.rows(0..<width), whole.rows(width..<3 * width), weights.vector(parameters.qkv.biases[0]))
  }
}
