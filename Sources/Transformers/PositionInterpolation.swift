import LinearAlgebra

/// Position embeddings of a picture with another number of patches than they were learnt for.
///
///     y₀ = x₀ (the class token's),   y = (R ⊗ R)·x for the patches, which lie line by line
///     R [to, from]: row i has the cubic convolution's weights (a = −¾) about (i + ½)·from/to − ½; what lies beyond an
///     edge counts as the edge
///
/// Sources: Keys, Cubic Convolution Interpolation for Digital Image Processing (1981); PyTorch,
/// `interpolate(mode="bicubic", align_corners=False)`, which transformers calls.
package struct PositionInterpolation: Sendable {
  /// Patches on a side.
  package let from: Int
  package let to: Int
  /// The four entries of each row of R that are not zero; at an edge several are in one column.
  private let taps: [(column: Int, weight: Float)]

  package init(from: Int, to: Int) {
    self.from = from
    self.to = to
    taps = (0..<to).flatMap { place in
      let centre = (Double(place) + 0.5) * Double(from) / Double(to) - 0.5
      let below = centre.rounded(.down)
      let distance = centre - below
      let weights = [
        Self.far(distance + 1), Self.near(distance), Self.near(1 - distance), Self.far(2 - distance),
      ]
      return weights.enumerated().map { tap, weight in
        (min(max(Int(below) + tap - 1, 0), from - 1), Float(weight))
      }
    }
  }

  private static let a = -0.75

  /// The weight at a distance of up to 1.
  private static func near(_ x: Double) -> Double { ((a + 2) * x - (a + 3)) * x * x + 1 }

  /// The weight at a distance of 1 to 2.
  private static func far(_ x: Double) -> Double { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }

  /// - Parameters:
  ///   - x: [from² + 1, C].
  ///   - y: [to² + 1, C].
  package func forward(_ x: MatrixView, into y: MutableMatrixView) {
    y[row: 0].update(from: x[row: 0], count: x.columns)
    for patch in 0..<to * to {
      let target = y[row: patch + 1]
      target.update(repeating: 0, count: x.columns)
      forTaps(patch) { source, weight in add(x[row: source + 1], times: weight, to: target, count: x.columns) }
    }
  }

  /// dx ← dx + (R ⊗ R)ᵀ·dy, and the class token's row as it is.
  package func backward(_ dy: MatrixView, addingTo dx: MutableMatrixView) {
    add(dx[row: 0], dy[row: 0], into: dx[row: 0], count: dy.columns)
    for patch in 0..<to * to {
      forTaps(patch) { source, weight in
        add(dy[row: patch + 1], times: weight, to: dx[row: source + 1], count: dy.columns)
      }
    }
  }

  /// Calls `body` with each patch that one is made from.
  private func forTaps(_ patch: Int, _ body: (_ source: Int, _ weight: Float) -> Void) {
    let (line, column) = patch.quotientAndRemainder(dividingBy: to)
    for vertical in taps[4 * line..<4 * line + 4] {
      for horizontal in taps[4 * column..<4 * column + 4] {
        body(vertical.column * from + horizontal.column, vertical.weight * horizontal.weight)
      }
    }
  }
}
