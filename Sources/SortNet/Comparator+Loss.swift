extension Comparator {
  /// The mean squared error over pairs (x, y) of which x should go first, and its gradient by backpropagation.
  ///
  ///     L = mean of (N_> − 1)² + N_<²
  ///
  /// (y, x) with the target [0, 1] has the same error, so a pair is needed in one direction only.
  ///
  ///     δ_> = 2 (N_> − 1) ψ'(s_>) / P,   δ_< = 2 N_< ψ'(s_<) / P
  ///     ∂L/∂pᵢ = Σ δ_> hᵢ + δ_< kᵢ,   ∂L/∂qᵢ = Σ δ_> kᵢ + δ_< hᵢ,   ∂L/∂d = Σ δ_> + δ_<
  ///     ηᵢ = (δ_> pᵢ + δ_< qᵢ) φ'(hᵢ's sum),   κᵢ = (δ_> qᵢ + δ_< pᵢ) φ'(kᵢ's sum),   ∂L/∂cᵢ = Σ ηᵢ + κᵢ
  ///
  /// ηᵢ goes on to aᵢ·x and bᵢ·y, κᵢ to bᵢ·x and aᵢ·y. They are added up for each object before they are multiplied by its
  /// features: an epoch costs of the order P·H + m·F·H operations for P pairs of m objects.
  ///
  /// - Parameter gradient: receives ∂L/∂parameters, in their order.
  /// - Returns: L.
  /// - Precondition: at least one pair.
  func loss(_ pairs: PairSet, gradient: inout [Double]) -> Double {
    precondition(pairs.count > 0 && pairs.featureCount == featureCount && gradient.count == parameters.count)
    let projected = pairs.objectCount * width
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * projected + 2 * width) { workspace in
      workspace.initialize(repeating: 0)
      let projections = workspace.baseAddress!
      let (deltas, units) = (projections + projected, projections + 2 * projected)
      return parameters.withUnsafeBufferPointer { parameters in
        gradient.withUnsafeMutableBufferPointer { gradient in
          pairs.features.withUnsafeBufferPointer { features in
            // Without features there is no row to look at.
            let rows = features.baseAddress ?? UnsafePointer(projections)
            gradient.update(repeating: 0)
            project(
              rows, count: pairs.objectCount, featureCount: featureCount, weights: parameters.baseAddress!,
              width: width, into: projections)
            let error = passPairs(
              pairs, projections, deltas, parameters.baseAddress!, gradient.baseAddress!, units)
            projectBackward(
              rows, count: pairs.objectCount, featureCount: featureCount, deltas: deltas, width: width,
              into: gradient.baseAddress!)
            return error
          }
        }
      }
    }
  }

  /// All pairs, from the projections of their objects to the gradient with respect to these.
  ///
  /// - Parameters:
  ///   - deltas: zeros [m, 2, H], which receive the gradient with respect to `projections` [m, 2, H].
  ///   - gradient: zeros, of which all but the input weights' is filled.
  ///   - units: room for hᵢ, kᵢ and both slants [4, H].
  private func passPairs(
    _ pairs: PairSet, _ projections: UnsafePointer<Double>, _ deltas: UnsafeMutablePointer<Double>,
    _ parameters: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>,
    _ units: UnsafeMutablePointer<Double>
  ) -> Double {
    let (c, p) = (parameters + hiddenBiases, parameters + outputWeights)
    let (q, d) = (p + hiddenCount, parameters[outputBias])
    let (dc, dp) = (gradient + hiddenBiases, gradient + outputWeights)
    let dq = dp + hiddenCount
    let (h, k) = (units, units + hiddenCount)
    let (hSlant, kSlant) = (units + 2 * hiddenCount, units + 3 * hiddenCount)
    let share = 1 / Double(pairs.count)
    var total = 0.0
    var pair = 0
    while pair < pairs.count {
      let (x, y) = (pairs.first[pair] * width, pairs.second[pair] * width)
      let (ax, ay) = (projections + x, projections + y)
      let (bx, by) = (ax + hiddenCount, ay + hiddenCount)
      var (greater, less) = (0.0, 0.0)
      var i = 0
      while i < hiddenCount {
        let (hSum, kSum) = ((ax[i] + by[i]) + c[i], (bx[i] + ay[i]) + c[i])
        hSlant[i] = AlgebraicSigmoid.slant(hSum)
        kSlant[i] = AlgebraicSigmoid.slant(kSum)
        h[i] = hSum * hSlant[i]
        k[i] = kSum * kSlant[i]
        i += 1
      }
      i = 0
      while i < hiddenCount {
        greater += p[i] * h[i] + q[i] * k[i]
        less += p[i] * k[i] + q[i] * h[i]
        i += 1
      }
      greater += d
      less += d
      let (greaterSlant, lessSlant) = (AlgebraicSigmoid.slant(greater), AlgebraicSigmoid.slant(less))
      let greaterError = 0.5 * (1 + greater * greaterSlant) - 1
      let lessError = 0.5 * (1 + less * lessSlant)
      total += greaterError * greaterError + lessError * lessError

      // ψ' is half of φ', which takes the 2 away.
      let greaterDelta = share * greaterError * greaterSlant * greaterSlant * greaterSlant
      let lessDelta = share * lessError * lessSlant * lessSlant * lessSlant
      gradient[outputBias] += greaterDelta + lessDelta
      let (dax, day) = (deltas + x, deltas + y)
      let (dbx, dby) = (dax + hiddenCount, day + hiddenCount)
      i = 0
      while i < hiddenCount {
        dp[i] += greaterDelta * h[i] + lessDelta * k[i]
        dq[i] += greaterDelta * k[i] + lessDelta * h[i]
        let hDelta = (greaterDelta * p[i] + lessDelta * q[i]) * hSlant[i] * hSlant[i] * hSlant[i]
        let kDelta = (greaterDelta * q[i] + lessDelta * p[i]) * kSlant[i] * kSlant[i] * kSlant[i]
        dc[i] += hDelta + kDelta
        dax[i] += hDelta
        dby[i] += hDelta
        dbx[i] += kDelta
        day[i] += kDelta
        i += 1
      }
      pair += 1
    }
    return total * share
  }
}
