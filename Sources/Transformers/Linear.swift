import LinearAlgebra

/// A linear layer as PyTorch stores it: weight [out, in], bias [out].
///
///     y = x·weightᵀ + bias
package enum Linear {
  /// - Parameters:
  ///   - x: [rows, in].
  ///   - bias: [out], or nil for none.
  ///   - residual: [rows, out], added to y, or nil.
  ///   - y: [rows, out]; may be `residual`.
  package static func forward(
    _ x: MatrixView, weight: MatrixView, bias: UnsafePointer<Float>?, residual: MatrixView? = nil,
    into y: MutableMatrixView
  ) {
    guard bias != nil || residual != nil else { return multiply(x, weight.transposed, into: y) }
    for row in 0..<y.rows {
      let target = y[row: row]
      switch (bias, residual) {
      case (let bias?, let residual?): add(residual[row: row], bias, into: target, count: y.columns)
      case (let bias?, nil): target.update(from: bias, count: y.columns)
      case (nil, let residual?): target.update(from: residual[row: row], count: y.columns)
      case (nil, nil): break
      }
    }
    multiply(x, weight.transposed, into: y, accumulating: true)
  }

  /// dx ← dy·weight, or dx ← dx + dy·weight.
  package static func backward(
    _ dy: MatrixView, weight: MatrixView, dx: MutableMatrixView, accumulating: Bool = false
  ) {
    multiply(dy, weight, into: dx, accumulating: accumulating)
  }
}
