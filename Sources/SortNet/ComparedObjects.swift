/// Objects that a comparator compares.
///
/// What a comparator wants of an object, aᵢ·x and bᵢ·x, does not depend on what it is compared with. It is computed once,
/// 4·F·H operations for each object; a comparison then costs of the order H operations, whatever the number of features.
package struct ComparedObjects: Sendable {
  /// What a comparator says of a pair.
  package struct Output: Equatable, Sendable {
    /// N_>(x, y): that x goes first.
    package let greater: Double
    /// N_<(x, y): that y goes first.
    package let less: Double
  }

  package let count: Int
  private let comparator: Comparator
  /// aᵢ·x and bᵢ·x [n, 2, H].
  private let projections: [Double]

  /// - Parameters:
  ///   - count: n.
  ///   - row: writes the F features of an object.
  package init(
    _ comparator: Comparator, count: Int, row: (_ object: Int, _ features: UnsafeMutablePointer<Double>) -> Void
  ) {
    let (featureCount, width) = (comparator.featureCount, comparator.width)
    self.comparator = comparator
    self.count = count
    projections = [Double](unsafeUninitializedCapacity: count * width) { projections, initialised in
      projections.initialize(repeating: 0)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, featureCount)) { features in
        features.initialize(repeating: 0)
        comparator.parameters.withUnsafeBufferPointer { parameters in
          for object in 0..<count {
            row(object, features.baseAddress!)
            project(
              features.baseAddress!, count: 1, featureCount: featureCount, weights: parameters.baseAddress!,
              width: width, into: projections.baseAddress! + object * width)
          }
        }
      }
      initialised = count * width
    }
  }

  /// - Precondition: every row has F features.
  package init(_ comparator: Comparator, _ rows: [[Double]]) {
    precondition(rows.allSatisfy { $0.count == comparator.featureCount })
    self.init(comparator, count: rows.count) { object, features in
      for (place, feature) in rows[object].enumerated() { features[place] = feature }
    }
  }

  /// N_> and N_< of objects `x` and `y`.
  package func output(_ x: Int, _ y: Int) -> Output {
    let sums = sums(x, y)
    let bias = comparator.parameters[comparator.outputBias]
    return Output(
      greater: AlgebraicSigmoid.probability(sums.greater + bias), less: AlgebraicSigmoid.probability(sums.less + bias))
  }

  /// How much object `x` wants to stand before object `y`: above 0 where x goes first, 0 in a tie.
  ///
  /// The difference of the outputs' sums. ψ is increasing, so the order is that of N_> and N_<, but sums far out, which ψ
  /// rounds to the same number, are still told apart. Its sign changes with the order of the pair, and nothing else.
  package func preference(_ x: Int, _ y: Int) -> Double {
    let sums = sums(x, y)
    return sums.greater - sums.less
  }

  /// Σᵢ (pᵢ hᵢ + qᵢ kᵢ) and Σᵢ (pᵢ kᵢ + qᵢ hᵢ).
  @inline(__always)
  private func sums(_ x: Int, _ y: Int) -> (greater: Double, less: Double) {
    precondition(x >= 0 && x < count && y >= 0 && y < count)
    let hiddenCount = comparator.hiddenCount
    return projections.withUnsafeBufferPointer { projections in
      comparator.parameters.withUnsafeBufferPointer { parameters in
        let ax = projections.baseAddress! + x * 2 * hiddenCount
        let ay = projections.baseAddress! + y * 2 * hiddenCount
        let (bx, by) = (ax + hiddenCount, ay + hiddenCount)
        let c = parameters.baseAddress! + comparator.hiddenBiases
        let p = parameters.baseAddress! + comparator.outputWeights
        let q = p + hiddenCount
        var (greater, less) = (0.0, 0.0)
        var i = 0
        while i < hiddenCount {
          let h = AlgebraicSigmoid.value((ax[i] + by[i]) + c[i])
          let k = AlgebraicSigmoid.value((bx[i] + ay[i]) + c[i])
          greater += p[i] * h + q[i] * k
          less += p[i] * k + q[i] * h
          i += 1
        }
        return (greater, less)
      }
    }
  }
}
