/// Gradient descent that takes from the whole gradient its signs alone; every parameter has a step of its own, which grows
/// while the sign stays and shrinks when it changes.
///
///     g·g' > 0:  Δ ← min(1.2·Δ, 50),   x ← x − sign(g)·Δ
///     g·g' < 0:  Δ ← max(Δ/2, 1e-6),   x stays, and g' is taken for 0 next time
///     else:      x ← x − sign(g)·Δ
///
/// g' is the gradient before. It is the choice here, and not Adam, because the pairs of a round are one batch whose projections
/// are shared, because there is no learning rate that somebody would have to find for other features, and because it needs
/// nothing but sums, products and comparisons, which give the same bits everywhere.
///
/// Source: Igel and Hüsken, Improving the Rprop Learning Algorithm (NC 2000): iRPROP⁻, after Riedmiller and Braun's RPROP.
struct ResilientPropagation: Sendable {
  private var steps: [Double]
  private var previous: [Double]

  /// - Parameters:
  ///   - count: how many parameters.
  ///   - step: Δ at first.
  init(count: Int, step: Double = 0.1) {
    steps = [Double](repeating: step, count: count)
    previous = [Double](repeating: 0, count: count)
  }

  mutating func descend(_ parameters: inout [Double], gradient: [Double]) {
    for index in parameters.indices {
      let slope = gradient[index]
      let agreement = slope * previous[index]
      if agreement > 0 {
        steps[index] = min(1.2 * steps[index], 50)
      } else if agreement < 0 {
        steps[index] = max(0.5 * steps[index], 1e-6)
        previous[index] = 0
        continue
      }
      previous[index] = slope
      if slope > 0 { parameters[index] -= steps[index] } else if slope < 0 { parameters[index] += steps[index] }
    }
  }
}
