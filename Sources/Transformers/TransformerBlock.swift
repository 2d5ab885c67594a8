import LinearAlgebra

/// A residual block that normalises before each of its halves, as in CLIP and GPT-2, or behind them, as in BERT.
///
///     x₂ = x + attention(norm₁(x))·Woᵀ + bo,   y = x₂ + f(norm₂(x₂)·W₁ᵀ + b₁)·W₂ᵀ + b₂          before
///     x₂ = x + attention(x)·Woᵀ + bo,   h = norm₁(x₂),   y = norm₂(h + f(h·W₁ᵀ + b₁)·W₂ᵀ + b₂)      behind
///
/// With layer scales s₁ and s₂, as DINOv2 has them, x₂ = x + s₁ ⊙ (…) and y = x₂ + s₂ ⊙ (…).
///
/// Of the last block only the pooled token's output is needed: there `pools`, and after keys and values every matrix has
/// one row per sample. B samples of up to N tokens; M = pools ? 1 : N tokens ask; C channels, F of the MLP.
///
/// Sources: Vaswani et al. (arXiv:1706.03762); Xiong et al. (arXiv:2002.04745) on the two places.
package struct TransformerBlock: Sendable {
  /// Where a block normalises.
  package enum Normalization: Sendable { case before, behind }

  /// The indices of the block's parameters in the encoder's layout.
  package struct Parameters: Sendable {
    package var norm1: (weight: Int, bias: Int)
    /// The matrix [3·C, C] of queries, keys and values, and its bias: one parameter, or three that follow each other;
    /// there may be no biases.
    package var qkv: (weights: [Int], biases: [Int])
    package var output: (weight: Int, bias: Int)
    package var norm2: (weight: Int, bias: Int)
    package var expand: (weight: Int, bias: Int)
    package var contract: (weight: Int, bias: Int)
    /// Of what attention and of what the MLP adds; nil where nothing is scaled. Norms are before where there are any.
    package var scales: (attention: Int, mlp: Int)?
  }

  package let parameters: Parameters
  package let attention: Attention
  package let mlpWidth: Int
  package let activation: Activation
  package let epsilon: Float
  package var normalization: Normalization = .before
  /// Whether weights are stored [in, out], as GPT-2's are.
  package var isTransposed = false
  /// The token that the block is asked for where it `pools`.
  package var pooledToken: PooledToken = .first
  package let pools: Bool

  var width: Int { attention.width }
  /// M: the tokens that ask of a sample with N tokens.
  func queries(_ tokens: Int) -> Int { pools ? 1 : tokens }

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
    /// What norm₂ takes in where it is behind [B·M, C].
    let sum2: MutableMatrixView
    /// What the layer scales multiply [B·M, C], of attention and of the MLP.
    let branch1: MutableMatrixView
    let branch2: MutableMatrixView
    /// [B·N, 2], [B·M, 2] where it is behind, and [B·M, 2].
    let statistics1: MutableMatrixView
    let statistics2: MutableMatrixView
  }

  /// Memory that one block uses after the other.
  struct Scratch: Sendable {
    /// [B·N, C]; not used where norms are behind.
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
    /// Where norms are behind, the gradient with respect to what norm₂ takes in [B·M, C]; where there are layer scales,
    /// with respect to what the second multiplies.
    let dSum2: MutableMatrixView
    /// Where there are layer scales, the gradient with respect to what the first multiplies [B·M, C].
    let dBranch1: MutableMatrixView
    /// Where the block pools, what queries are made from [B, C].
    let askers: MutableMatrixView
    /// [lanes, 2·C]: each lane's gradients of weight and bias.
    let dParameters1: MutableMatrixView
    let dParameters2: MutableMatrixView
    /// [lanes, 2·C]: each lane's gradients of the layer scales.
    let dScales: MutableMatrixView
    /// [workers·N, N].
    let dProbabilities: MutableMatrixView
  }

  /// Where the rows of some samples lie.
  struct Place {
    let tokens: SampleRows
    let samples: Range<Int>
    let all: Range<Int>
    let asked: Range<Int>

    init(_ samples: Range<Int>, _ tokens: SampleRows, pools: Bool) {
      (self.tokens, self.samples) = (tokens, samples)
      all = tokens.rows(samples)
      asked = pools ? samples : all
    }

    /// The rows of one sample among those that ask.
    func asked(_ sample: Int) -> Range<Int> { asked == samples ? sample..<sample + 1 : tokens.rows(sample) }
  }

  private func place(_ samples: Range<Int>, _ tokens: SampleRows) -> Place { Place(samples, tokens, pools: pools) }

  /// The row of a sample's pooled token.
  private func pooledRow(_ sample: Int, _ tokens: SampleRows) -> Int {
    pooledToken == .first ? tokens.rows(sample).lowerBound : tokens.rows(sample).upperBound - 1
  }

  /// Copies the rows of pooled tokens.
  private func gather(_ x: MutableMatrixView, _ place: Place, into y: MutableMatrixView) {
    for sample in place.samples {
      y[row: sample].update(from: x[row: pooledRow(sample, place.tokens)], count: width)
    }
  }

  /// Adds to the rows of pooled tokens.
  private func scatter(_ x: MutableMatrixView, _ place: Place, addingTo y: MutableMatrixView) {
    for sample in place.samples {
      let target = y[row: pooledRow(sample, place.tokens)]
      add(target, x[row: sample], into: target, count: width)
    }
  }

  /// A linear layer's weight as [out, in].
  private func matrix(_ index: Int, _ weights: BodyWeights) -> MatrixView {
    isTransposed ? weights.matrix(index).transposed : weights.matrix(index)
  }

  private func norm(
    _ x: MutableMatrixView, _ norm: (weight: Int, bias: Int), _ weights: BodyWeights, statistics: MutableMatrixView,
    into y: MutableMatrixView
  ) {
    LayerNorm.forward(
      x.view, weight: weights.vector(norm.weight), bias: weights.vector(norm.bias), epsilon: epsilon,
      statistics: statistics, into: y)
  }

  private func renorm(
    _ x: MutableMatrixView, _ norm: (weight: Int, bias: Int), _ weights: BodyWeights, statistics: MutableMatrixView,
    into y: MutableMatrixView
  ) {
    LayerNorm.recompute(
      x.view, weight: weights.vector(norm.weight), bias: weights.vector(norm.bias), statistics: statistics.view,
      into: y)
  }

  /// - Parameters:
  ///   - samples: the lane's samples among the rank's.
  ///   - tokens: where their tokens lie.
  ///   - x: [B·N, C], all the rank's.
  ///   - y: [B·M, C], all the rank's.
  func forward(
    _ samples: Range<Int>, _ tokens: SampleRows, _ weights: BodyWeights, x: MutableMatrixView,
    activations: Activations, scratch: Scratch, into y: MutableMatrixView
  ) {
    let place = place(samples, tokens)
    computeActivations(place, weights, x: x, activations: activations, scratch: scratch)
    guard normalization == .before else {
      return norm(
        activations.sum2.rows(place.asked), parameters.norm2, weights,
        statistics: activations.statistics2.rows(place.asked), into: y.rows(place.asked))
    }
    contract(place, weights, activations, scratch, residual: activations.x2, into: y)
  }

  /// The MLP's second half.
  private func contract(
    _ place: Place, _ weights: BodyWeights, _ activations: Activations, _ scratch: Scratch,
    residual: MutableMatrixView, into y: MutableMatrixView
  ) {
    activate(place, activations, scratch)
    addBranch(
      scratch.activated, parameters.contract, scale: parameters.scales?.mlp, place.asked, weights,
      branch: activations.branch2, residual: residual, into: y)
  }

  private func activate(_ place: Place, _ activations: Activations, _ scratch: Scratch) {
    let (hidden, activated) = (activations.hidden.rows(place.asked), scratch.activated.rows(place.asked))
    activation.forward(hidden.base, into: activated.base, count: hidden.rows * hidden.columns)
  }

  /// y ← residual + x·weightᵀ + bias; where there is a scale, it multiplies the layer's result, which `branch` keeps.
  private func addBranch(
    _ x: MutableMatrixView, _ layer: (weight: Int, bias: Int), scale: Int?, _ rows: Range<Int>, _ weights: BodyWeights,
    branch: MutableMatrixView, residual: MutableMatrixView, into y: MutableMatrixView
  ) {
    let (weight, bias) = (matrix(layer.weight, weights), weights.vector(layer.bias))
    let (residual, y) = (residual.rows(rows).view, y.rows(rows))
    guard let scale else {
      return Linear.forward(x.rows(rows).view, weight: weight, bias: bias, residual: residual, into: y)
    }
    let branch = branch.rows(rows)
    Linear.forward(x.rows(rows).view, weight: weight, bias: bias, into: branch)
    LayerScale.forward(branch.view, scale: weights.vector(scale), residual: residual, into: y)
  }

  /// Computes all that `backward` needs: where norms are before, the forward pass but for its last product.
  func computeActivations(
    _ samples: Range<Int>, _ tokens: SampleRows, _ weights: BodyWeights, x: MutableMatrixView,
    activations: Activations, scratch: Scratch
  ) {
    let place = place(samples, tokens)
    computeActivations(place, weights, x: x, activations: activations, scratch: scratch)
    if normalization == .behind {
      // The statistics of norm₂, which forgets the rest.
      norm(
        activations.sum2.rows(place.asked), parameters.norm2, weights,
        statistics: activations.statistics2.rows(place.asked), into: scratch.dSum2.rows(place.asked))
    } else if parameters.scales != nil {
      // What the second scale multiplies.
      activate(place, activations, scratch)
      Linear.forward(
        scratch.activated.rows(place.asked).view, weight: matrix(parameters.contract.weight, weights),
        bias: weights.vector(parameters.contract.bias), into: activations.branch2.rows(place.asked))
    }
  }

  private func computeActivations(
    _ place: Place, _ weights: BodyWeights, x: MutableMatrixView, activations: Activations, scratch: Scratch
  ) {
    let (all, asked) = (place.all, place.asked)
    let isBefore = normalization == .before
    if isBefore {
      norm(
        x.rows(all), parameters.norm1, weights, statistics: activations.statistics1.rows(all),
        into: scratch.norm1.rows(all))
    }
    let input = isBefore ? scratch.norm1 : x
    if pools { gather(input, place, into: scratch.askers) }
    let projection = qkvProjection(weights)
    Linear.forward(
      (pools ? scratch.askers : input).rows(asked).view, weight: projection.query, bias: projection.bias,
      into: activations.q.rows(asked))
    Linear.forward(
      input.rows(all).view, weight: projection.keyValue, bias: projection.bias.map { $0 + width },
      into: activations.kv.rows(all))
    for sample in place.samples {
      attention.forward(
        activations.q.rows(place.asked(sample)).view, activations.kv.rows(place.tokens.rows(sample)).view,
        probabilities: probabilities(sample, place, activations), into: activations.attended.rows(place.asked(sample)))
    }
    let x2 = activations.x2.rows(asked)
    if pools { gather(x, place, into: activations.x2) }
    addBranch(
      activations.attended, parameters.output, scale: parameters.scales?.attention, asked, weights,
      branch: activations.branch1, residual: pools ? activations.x2 : x, into: activations.x2)
    norm(
      x2, isBefore ? parameters.norm2 : parameters.norm1, weights,
      statistics: (isBefore ? activations.statistics2 : activations.statistics1).rows(asked),
      into: scratch.norm2.rows(asked))
    Linear.forward(
      scratch.norm2.rows(asked).view, weight: matrix(parameters.expand.weight, weights),
      bias: weights.vector(parameters.expand.bias), into: activations.hidden.rows(asked))
    if !isBefore { contract(place, weights, activations, scratch, residual: scratch.norm2, into: activations.sum2) }
  }

  /// A sample's part [H·M, its tokens] of the probabilities.
  private func probabilities(_ sample: Int, _ place: Place, _ activations: Activations) -> MutableMatrixView {
    let asked = place.asked(sample)
    return activations.probabilities.rows(asked.lowerBound * attention.heads..<asked.upperBound * attention.heads)
      .columns(0..<place.tokens.rows(sample).count)
  }

  /// - Parameters:
  ///   - lane: the lane's place among the rank's lanes.
  ///   - worker: the worker that computes it.
  ///   - x: the block's input, as in `forward`.
  ///   - dy: [B·M, C].
  ///   - dx: [B·N, C], or nil where it is not wanted.
  func backward(
    _ samples: Range<Int>, _ tokens: SampleRows, lane: Int, worker: Int, _ weights: BodyWeights,
    x: MutableMatrixView, activations: Activations, scratch: Scratch, dy: MutableMatrixView, dx: MutableMatrixView?
  ) {
    let place = place(samples, tokens)
    let asked = place.asked
    let isBefore = normalization == .before
    let (hidden, dHidden) = (activations.hidden.rows(asked), scratch.dHidden.rows(asked))
    if !isBefore {
      normBackward(
        dy.rows(asked), x: activations.sum2.rows(asked), parameters.norm2, weights, activations.statistics2.rows(asked),
        residual: nil, dx: scratch.dSum2.rows(asked), parameterGradient: scratch.dParameters2[row: lane])
    }
    if let scales = parameters.scales {
      LayerScale.backward(
        dy.rows(asked).view, z: activations.branch2.rows(asked).view, scale: weights.vector(scales.mlp),
        dz: scratch.dSum2.rows(asked), parameterGradient: scratch.dScales[row: lane] + width)
    }
    let dSum = dContracted(dy, scratch).rows(asked)
    Linear.backward(dSum.view, weight: matrix(parameters.contract.weight, weights), dx: dHidden)
    activation.backward(
      hidden.base, recomputing: scratch.activated.rows(asked).base, dy: dHidden.base, dx: dHidden.base,
      count: hidden.rows * hidden.columns)

    // The norm between the halves.
    let x2 = activations.x2.rows(asked)
    let (middle, statistics) =
      isBefore ? (parameters.norm2, activations.statistics2) : (parameters.norm1, activations.statistics1)
    renorm(x2, middle, weights, statistics: statistics.rows(asked), into: scratch.norm2.rows(asked))
    let dNorm2 = scratch.dAttended.rows(asked)
    Linear.backward(dHidden.view, weight: matrix(parameters.expand.weight, weights), dx: dNorm2)
    if !isBefore { add(dNorm2.base, dSum.base, into: dNorm2.base, count: asked.count * width) }
    let dx2 = scratch.dx2.rows(asked)
    normBackward(
      dNorm2, x: x2, middle, weights, statistics.rows(asked), residual: isBefore ? dy.rows(asked) : nil, dx: dx2,
      parameterGradient: (isBefore ? scratch.dParameters2 : scratch.dParameters1)[row: lane])

    if let scales = parameters.scales {
      LayerScale.backward(
        dx2.view, z: activations.branch1.rows(asked).view, scale: weights.vector(scales.attention),
        dz: scratch.dBranch1.rows(asked), parameterGradient: scratch.dScales[row: lane])
    }
    Linear.backward(
      dOutput(scratch).rows(asked).view, weight: matrix(parameters.output.weight, weights),
      dx: scratch.dAttended.rows(asked))
    for sample in samples {
      let (own, all) = (place.asked(sample), tokens.rows(sample))
      let first = worker * tokens.capacity
      attention.backward(
        scratch.dAttended.rows(own).view, activations.q.rows(own).view, activations.kv.rows(all).view,
        probabilities: probabilities(sample, place, activations).view,
        scratch: scratch.dProbabilities.rows(first..<first + own.count).columns(0..<all.count),
        dq: scratch.dq.rows(own), dkv: scratch.dkv.rows(all))
    }
    if isBefore {
      backwardBeforeNorm(place, lane: lane, weights, x: x, activations, scratch, dx: dx)
    } else {
      backwardWithoutNorm(place, weights, x: x, scratch, dx: dx)
    }
  }

  /// The gradient with respect to what the MLP's second layer gives.
  private func dContracted(_ dy: MutableMatrixView, _ scratch: Scratch) -> MutableMatrixView {
    normalization == .before && parameters.scales == nil ? dy : scratch.dSum2
  }

  /// The gradient with respect to what attention's last layer gives.
  private func dOutput(_ scratch: Scratch) -> MutableMatrixView {
    parameters.scales == nil ? scratch.dx2 : scratch.dBranch1
  }

  /// From queries, keys and values to the input, through norm₁.
  private func backwardBeforeNorm(
    _ place: Place, lane: Int, _ weights: BodyWeights, x: MutableMatrixView, _ activations: Activations,
    _ scratch: Scratch, dx: MutableMatrixView?
  ) {
    let (all, asked) = (place.all, place.asked)
    renorm(
      x.rows(all), parameters.norm1, weights, statistics: activations.statistics1.rows(all),
      into: scratch.norm1.rows(all))
    if pools { gather(scratch.norm1, place, into: scratch.askers) }
    projectBack(place, weights, scratch, into: scratch.dNorm)
    normBackward(
      scratch.dNorm.rows(all), x: x.rows(all), parameters.norm1, weights, activations.statistics1.rows(all),
      residual: pools ? nil : scratch.dx2.rows(asked), dx: dx?.rows(all),
      parameterGradient: scratch.dParameters1[row: lane])
    if pools, let dx { scatter(scratch.dx2, place, addingTo: dx) }
  }

  /// From queries, keys and values straight to the input.
  private func backwardWithoutNorm(
    _ place: Place, _ weights: BodyWeights, x: MutableMatrixView, _ scratch: Scratch, dx: MutableMatrixView?
  ) {
    if pools { gather(x, place, into: scratch.askers) }
    guard let dx else { return }
    projectBack(place, weights, scratch, into: dx)
    if pools { return scatter(scratch.dx2, place, addingTo: dx) }
    let target = dx.rows(place.all)
    add(target.base, scratch.dx2.rows(place.all).base, into: target.base, count: target.rows * width)
  }

  /// The gradient with respect to what queries, keys and values are made from.
  private func projectBack(
    _ place: Place, _ weights: BodyWeights, _ scratch: Scratch, into target: MutableMatrixView
  ) {
    let projection = qkvProjection(weights)
    Linear.backward(scratch.dkv.rows(place.all).view, weight: projection.keyValue, dx: target.rows(place.all))
    let dq = scratch.dq.rows(place.asked).view
    guard pools else {
      return Linear.backward(dq, weight: projection.query, dx: target.rows(place.all), accumulating: true)
    }
    // Attention's gradient has been used.
    Linear.backward(dq, weight: projection.query, dx: scratch.dAttended.rows(place.asked))
    scatter(scratch.dAttended, place, addingTo: target)
  }

  private func normBackward(
    _ dy: MutableMatrixView, x: MutableMatrixView, _ norm: (weight: Int, bias: Int), _ weights: BodyWeights,
    _ statistics: MutableMatrixView, residual: MutableMatrixView?, dx: MutableMatrixView?,
    parameterGradient: UnsafeMutablePointer<Float>
  ) {
    LayerNorm.backward(
      dy.view, x: x.view, weight: weights.vector(norm.weight), statistics: statistics.view, residual: residual?.view,
      dx: dx, parameterGradient: parameterGradient)
  }

  /// How the gradients of the block's parameters follow from what `backward` has left.
  ///
  /// - Parameters:
  ///   - lanes: each lane's samples.
  ///   - x: the block's input.
  func gradientParts(
    lanes: [Range<Int>], _ tokens: SampleRows, x: MutableMatrixView, activations: Activations, scratch: Scratch,
    dy: MutableMatrixView
  ) -> [GradientPart] {
    let all = LaneRows(lanes, tokens: tokens)
    let asked = pools ? LaneRows(lanes) : all
    func norm(_ parameter: (weight: Int, bias: Int), _ gradients: MutableMatrixView) -> [GradientPart] {
      let (weight, bias) = (gradients.view.columns(0..<width), gradients.view.columns(width..<2 * width))
      return [
        GradientPart(parameter.weight, elements: 0..<width, .perLane(weight)),
        GradientPart(parameter.bias, elements: 0..<width, .perLane(bias)),
      ]
    }

    let isBefore = normalization == .before
    var parts = linear(
      parameters.contract.weight, bias: parameters.contract.bias, dContracted(dy, scratch).view, scratch.activated.view,
      lanes: asked)
    parts += linear(
      parameters.expand.weight, bias: parameters.expand.bias, scratch.dHidden.view, scratch.norm2.view, lanes: asked)
    parts += norm(parameters.norm2, scratch.dParameters2)
    parts += linear(
      parameters.output.weight, bias: parameters.output.bias, dOutput(scratch).view, activations.attended.view,
      lanes: asked)
    if let scales = parameters.scales {
      for (scale, columns) in [(scales.attention, 0..<width), (scales.mlp, width..<2 * width)] {
        parts.append(GradientPart(scale, elements: 0..<width, .perLane(scratch.dScales.view.columns(columns))))
      }
    }
    let input = isBefore ? scratch.norm1.view : x.view
    let askers = pools ? scratch.askers.view : input
    // Queries, keys and values: each its own parameter, or a third of one.
    let thirds = [scratch.dq.view, scratch.dkv.view.columns(0..<width), scratch.dkv.view.columns(width..<2 * width)]
    for (third, gradient) in thirds.enumerated() {
      let isFused = parameters.qkv.weights.count == 1
      let index = isFused ? 0 : third
      parts += linear(
        parameters.qkv.weights[index], bias: parameters.qkv.biases.isEmpty ? nil : parameters.qkv.biases[index],
        gradient, third == 0 ? askers : input, third: isFused ? third : nil, lanes: third == 0 ? asked : all)
    }
    return parts + norm(parameters.norm1, scratch.dParameters1)
  }

  /// A linear layer's gradients.
  ///
  /// - Parameters:
  ///   - bias: nil for none.
  ///   - third: which third of the weight's outputs this is; nil: it is the whole.
  private func linear(
    _ weight: Int, bias: Int?, _ dy: MatrixView, _ x: MatrixView, third: Int? = nil, lanes: LaneRows
  ) -> [GradientPart] {
    let first = (third ?? 0) * dy.columns
    let outputs = first..<first + dy.columns
    let biases = bias.map { [GradientPart($0, elements: outputs, .blockSum(dy, lanes: lanes))] } ?? []
    guard isTransposed else {
      let elements = outputs.lowerBound * x.columns..<outputs.upperBound * x.columns
      return [GradientPart(weight, elements: elements, .product(dy, x, lanes: lanes))] + biases
    }
    let stride = third == nil ? dy.columns : 3 * dy.columns
    let elements = first..<first + (x.columns - 1) * stride + dy.columns
    return [GradientPart(weight, elements: elements, stride: stride, .product(x, dy, lanes: lanes))] + biases
  }

  /// Wq [C, C], Wkv [2·C, C] and the bias [3·C], nil where there is none.
  private func qkvProjection(
    _ weights: BodyWeights
  ) -> (query: MatrixView, keyValue: MatrixView, bias: UnsafePointer<Float>?) {
    let (first, bias) = (parameters.qkv.weights[0], parameters.qkv.biases.first.map { weights.vector($0) })
    if isTransposed {
      let whole = weights.matrix(first)
      return (whole.columns(0..<width).transposed, whole.columns(width..<3 * width).transposed, bias)
    }
    let whole = weights.matrix(from: first, rows: 3 * width, columns: width)
    return (whole.rows(0..<width), whole.rows(width..<3 * width), bias)
  }
}
