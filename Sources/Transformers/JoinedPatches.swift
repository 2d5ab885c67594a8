import LinearAlgebra

/// A picture's class token, and behind it the mean of its patches: what DINOv2's classifier is on.
///
///     f = [z₀, (z₁ + … + zₙ) / n],   n = N − 1 patches
///
/// B·N rows and C columns of z; B rows and 2·C columns of f.
package enum JoinedPatches {
  /// - Parameter tokens: N.
  package static func forward(_ z: MatrixView, tokens: Int, into features: MutableMatrixView) {
    let width = z.columns
    for sample in 0..<features.rows {
      let first = sample * tokens
      features[row: sample].update(from: z[row: first], count: width)
      let mean = features[row: sample] + width
      mean.update(repeating: 0, count: width)
      for row in first + 1..<first + tokens { add(mean, z[row: row], into: mean, count: width) }
      multiply(mean, by: 1 / Float(tokens - 1), into: mean, count: width)
    }
  }

  /// - Parameter dz: overwritten.
  package static func backward(_ dFeatures: MatrixView, tokens: Int, dz: MutableMatrixView) {
    let width = dz.columns
    for sample in 0..<dFeatures.rows {
      let first = sample * tokens
      dz[row: first].update(from: dFeatures[row: sample], count: width)
      for row in first + 1..<first + tokens {
        multiply(dFeatures[row: sample] + width, by: 1 / Float(tokens - 1), into: dz[row: row], count: width)
      }
    }
  }
}
