import LinearAlgebra

/// A factor for each channel of what one half of a block adds.
///
///     y = residual + scale ⊙ z
///
/// Source: Touvron et al., Going Deeper with Image Transformers (arXiv:2103.17239).
///
/// B·N rows, C columns throughout.
package enum LayerScale {
  /// `y` may be `residual`.
  package static func forward(
    _ z: MatrixView, scale: UnsafePointer<Float>, residual: MatrixView, into y: MutableMatrixView
  ) {
    for row in 0..<z.rows {
      let (input, rest, target) = (z[row: row], residual[row: row], y[row: row])
      forPartialVectors(z.columns) { index, length in
        let scaled = load(input, index, length) * load(scale, index, length)
        store(load(rest, index, length) + scaled, target, index, length)
      }
    }
  }

  ///     dz = scale ⊙ dy,   dscale = Σ dy ⊙ z          over the rows
  ///
  /// - Parameter parameterGradient: C elements, dscale; overwritten.
  package static func backward(
    _ dy: MatrixView, z: MatrixView, scale: UnsafePointer<Float>, dz: MutableMatrixView,
    parameterGradient: UnsafeMutablePointer<Float>
  ) {
    parameterGradient.update(repeating: 0, count: z.columns)
    for row in 0..<z.rows {
      let (input, gradient, target) = (z[row: row], dy[row: row], dz[row: row])
      forPartialVectors(z.columns) { index, length in
        let g = load(gradient, index, length)
        store(
          load(parameterGradient, index, length) + g * load(input, index, length), parameterGradient, index, length)
        store(g * load(scale, index, length), target, index, length)
      }
    }
  }
}
