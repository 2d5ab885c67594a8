import LinearAlgebra

/// A task's classifier on an encoder's features.
///
///     logits = h·weightᵀ + bias
///     h = f / ‖f‖ (CLIP, whose head carries the scale of its logits),  f (BERT, GPT-2),  tanh(f·Wdᵀ + bd) (RoBERTa)
package struct Head: Sendable {
  /// How the classifier's input h comes from features f.
  package enum Input: Sendable {
    case normalized
    case plain
    /// A linear layer, weight [C, C] and bias [C], and tanh.
    case dense(weight: Tensor, bias: Tensor)
  }

  package let input: Input
  /// [K, C].
  package private(set) var weight: Tensor
  /// [K], or nil for zeros.
  package let bias: Tensor?

  package var classCount: Int { weight.rows }

  package init(weight: Tensor, bias: Tensor?, input: Input = .normalized) {
    precondition(weight.shape.count == 2 && bias.map { $0.shape == [weight.rows] } ?? true)
    self.weight = weight
    self.bias = bias
    self.input = input
  }

  /// Takes other weights.
  ///
  /// - Precondition: as many elements as there are.
  package mutating func setWeight(_ elements: UnsafeBufferPointer<Float>) {
    precondition(elements.count == weight.count)
    weight.elements.withUnsafeMutableBufferPointer { _ = $0.update(fromContentsOf: elements) }
  }

  /// - Parameters:
  ///   - features: f [B, C].
  ///   - inner: [B, C], filled with h, kept for `backward`.
  ///   - classLogits: [B, K].
  package func forward(_ features: MatrixView, inner: MutableMatrixView, into classLogits: MutableMatrixView) {
    makeInput(features, into: inner)
    weight.withMatrix { weight in
      if let bias {
        bias.withMatrix { Linear.forward(inner.view, weight: weight, bias: $0.base, into: classLogits) }
      } else {
        Linear.forward(inner.view, weight: weight, bias: nil, into: classLogits)
      }
    }
  }

  private func makeInput(_ features: MatrixView, into inner: MutableMatrixView) {
    let count = features.columns
    switch input {
    case .normalized:
      for row in 0..<features.rows {
        LinearAlgebra.multiply(
          features[row: row], by: 1 / Self.norm(features, row: row), into: inner[row: row], count: count)
      }
    case .plain:
      for row in 0..<features.rows { inner[row: row].update(from: features[row: row], count: count) }
    case .dense(let weight, let bias):
      weight.withMatrix { weight in
        bias.withMatrix { Linear.forward(features, weight: weight, bias: $0.base, into: inner) }
      }
      for row in 0..<inner.rows { tanh(inner[row: row], into: inner[row: row], count: count) }
    }
  }

  ///     dh = dlogits·weight
  ///     df = (dh − h·⟨h, dh⟩) / ‖f‖,  dh,  (dh ⊙ (1 − h²))·Wd
  package func backward(
    _ dClassLogits: MatrixView, features: MatrixView, inner: MatrixView, dFeatures: MutableMatrixView
  ) {
    let count = features.columns
    switch input {
    case .normalized:
      weight.withMatrix { Linear.backward(dClassLogits, weight: $0, dx: dFeatures) }
      for row in 0..<features.rows {
        let along = Float(dot(inner[row: row], dFeatures[row: row], count: count))
        let gradient = dFeatures[row: row]
        add(inner[row: row], times: -along, to: gradient, count: count)
        LinearAlgebra.multiply(gradient, by: 1 / Self.norm(features, row: row), into: gradient, count: count)
      }
    case .plain:
      weight.withMatrix { Linear.backward(dClassLogits, weight: $0, dx: dFeatures) }
    case .dense(let dense, _):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: inner.rows * count) { memory in
        let dInner = MutableMatrixView(memory.baseAddress!, rows: inner.rows, columns: count)
        weight.withMatrix { Linear.backward(dClassLogits, weight: $0, dx: dInner) }
        for row in 0..<inner.rows {
          tanhBackward(dInner[row: row], y: inner[row: row], dx: dInner[row: row], count: count)
        }
        dense.withMatrix { Linear.backward(dInner.view, weight: $0, dx: dFeatures) }
      }
    }
  }

  /// The gradient of the loss with respect to the weight, from all samples that went through the head.
  ///
  ///     dweight = dlogitsᵀ·h
  ///
  /// - Parameters:
  ///   - dClassLogits: [B, K].
  ///   - inner: h [B, C].
  ///   - dWeight: [K, C].
  package static func backwardWeight(
    _ dClassLogits: MatrixView, inner: MatrixView, dWeight: MutableMatrixView
  ) {
    LinearAlgebra.multiply(dClassLogits.transposed, inner, into: dWeight)
  }

  /// ‖f‖, never 0, so that a feature vector of zeros stays one.
  private static func norm(_ features: MatrixView, row: Int) -> Float {
    max(Float(dot(features[row: row], features[row: row], count: features.columns).squareRoot()), 1e-12)
  }
}
