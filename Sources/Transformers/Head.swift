import LinearAlgebra

/// A task's classifier on an encoder's features.
///
///     logits = f̂·weightᵀ + bias,   f̂ = f / ‖f‖
///
/// CLIP normalises features; the head carries the scale of its logits.
package struct Head: Sendable {
  /// [K, C].
  package let weight: Tensor
  /// [K], or nil for zeros.
  package let bias: Tensor?

  package var classCount: Int { weight.rows }

  package init(weight: Tensor, bias: Tensor?) {
    precondition(weight.shape.count == 2 && bias.map { $0.shape == [weight.rows] } ?? true)
    self.weight = weight
    self.bias = bias
  }

  /// - Parameters:
  ///   - features: f [B, C].
  ///   - normalized: [B, C], filled with f̂, kept for `backward`.
  ///   - classLogits: [B, K].
  package func forward(_ features: MatrixView, normalized: MutableMatrixView, into classLogits: MutableMatrixView) {
    for row in 0..<features.rows {
      LinearAlgebra.multiply(
        features[row: row], by: 1 / Self.norm(features, row: row), into: normalized[row: row],
        count: features.columns)
    }
    weight.withMatrix { weight in
      if let bias {
        bias.withMatrix { Linear.forward(normalized.view, weight: weight, bias: $0.base, into: classLogits) }
      } else {
        Linear.forward(normalized.view, weight: weight, bias: nil, into: classLogits)
      }
    }
  }

  ///     df̂ = dlogits·weight,   df = (df̂ − f̂·⟨f̂, df̂⟩) / ‖f‖
  package func backward(
    _ dClassLogits: MatrixView, features: MatrixView, normalized: MatrixView, dFeatures: MutableMatrixView
  ) {
    weight.withMatrix { Linear.backward(dClassLogits, weight: $0, dx: dFeatures) }
    for row in 0..<features.rows {
      let along = Float(dot(normalized[row: row], dFeatures[row: row], count: features.columns))
      let gradient = dFeatures[row: row]
      add(normalized[row: row], times: -along, to: gradient, count: features.columns)
      LinearAlgebra.multiply(
        gradient, by: 1 / Self.norm(features, row: row), into: gradient, count: features.columns)
    }
  }

  /// ‖f‖, never 0, so that a feature vector of zeros stays one.
  private static func norm(_ features: MatrixView, row: Int) -> Float {
    max(Float(dot(features[row: row], features[row: row], count: features.columns).squareRoot()), 1e-12)
  }
}
