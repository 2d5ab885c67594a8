import LinearAlgebra
import TestSupport
import Testing

/// Residuals in units of ε, as LAPACK's own tests measure them.
struct Residuals {
  /// ‖I − UUᵀ‖ / (r·ε), U's rows being the singular vectors.
  let left: Double
  let right: Double
  /// ‖A − Σₖ σₖ uₖ vₖᵀ‖ / (‖A‖·max(m, n)·ε); of a zero matrix, ‖Σ …‖ / ε.
  let product: Double

  init(_ matrix: Tensor, _ factors: SingularValueDecomposition) {
    let epsilon = Double(Float.ulpOfOne)
    func orthogonality(_ vectors: Tensor) -> Double {
      let rows = ReferenceTensor(vectors)
      var gram = rows.times(rows.transposed)
      for k in 0..<gram.rows { gram[k, k] -= 1 }
      return gram.norm / (Double(max(1, gram.rows)) * epsilon)
    }
    left = orthogonality(factors.left)
    right = orthogonality(factors.right)
    var scaled = ReferenceTensor(factors.right)
    for k in 0..<scaled.rows { for j in 0..<scaled.columns { scaled[k, j] *= Double(factors.values[k]) } }
    let a = ReferenceTensor(matrix)
    let difference = combine(a, ReferenceTensor(factors.left).transposed.times(scaled), -).norm
    product = difference / ((a.norm > 0 ? a.norm : 1) * Double(max(1, a.rows, a.columns)) * epsilon)
  }

  /// All are of the order of one for a backward stable method; ten is LAPACK's usual threshold for alarm.
  var areSmall: Bool { left <= 10 && right <= 10 && product <= 10 }
}

@Suite struct SingularValueDecompositionTests {
  init() { BLASKernel.oneThread }

  private static let shapes = [
    (1, 1), (1, 7), (7, 1), (2, 3), (3, 2), (5, 5), (16, 16), (24, 60), (60, 24), (33, 32), (32, 33), (64, 64),
    (3, 150),
    (150, 3),
  ]

  private func check(_ matrix: Tensor, _ factors: SingularValueDecomposition) {
    let rank = min(matrix.rows, matrix.columns)
    #expect(factors.left.shape == [rank, matrix.rows])
    #expect(factors.right.shape == [rank, matrix.columns])
    #expect(factors.values.count == rank)
    #expect(zip(factors.values, factors.values.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(factors.values.allSatisfy { $0 >= 0 && $0.isFinite })
    let residuals = Residuals(matrix, factors)
    #expect(residuals.areSmall, "\(residuals) of [\(matrix.rows), \(matrix.columns)]")
  }

  private func random(_ m: Int, _ n: Int, rank: Int? = nil, scale: Float = 1) -> Tensor {
    var source = RandomSource(seed: UInt64(m * 1_000 + n))
    var matrix = ReferenceTensor(random: [m, n], &source)
    if let rank {
      matrix = ReferenceTensor(random: [m, rank], &source).times(ReferenceTensor(random: [rank, n], &source))
    }
    return Tensor(shape: [m, n], elements: matrix.elements.map { Float($0) * scale })
  }

  @Test(
    "Wide, tall and square matrices at ordinary, tiny and huge scales", arguments: shapes, [1, 1e-20, 1e18] as [Float])
  func scales(shape: (Int, Int), scale: Float) throws {
    let matrix = random(shape.0, shape.1, scale: scale)
    check(matrix, try SingularValueDecomposition(matrix, name: "A"))
  }

  @Test("Matrices of low rank have that many singular values above rounding", arguments: shapes)
  func lowRank(m: Int, n: Int) throws {
    let rank = max(1, min(m, n) / 3)
    let matrix = random(m, n, rank: rank)
    let factors = try SingularValueDecomposition(matrix, name: "A")
    check(matrix, factors)
    let rounding = factors.values[0] * .ulpOfOne * Float(max(m, n))
    #expect(factors.values.dropFirst(rank).allSatisfy { $0 <= rounding })
  }

  @Test("A zero matrix has orthonormal vectors and no values", arguments: shapes)
  func zero(m: Int, n: Int) throws {
    let matrix = Tensor(zeros: [m, n])
    let factors = try SingularValueDecomposition(matrix, name: "A")
    check(matrix, factors)
    #expect(factors.values.allSatisfy { $0 == 0 })
  }

  @Test("A diagonal matrix has its entries' magnitudes, in descending order, and their directions")
  func diagonal() throws {
    let matrix = Tensor(shape: [2, 3], elements: [3, 0, 0, 0, -5, 0])
    let factors = try SingularValueDecomposition(matrix, name: "A")
    #expect(abs(factors.values[0] - 5) < 1e-5 && abs(factors.values[1] - 3) < 1e-5)
    // Component 0 is −5·e₁e₁ᵀ: the signs of u and v are free, their product is not.
    #expect(abs(factors.left.elements[1] * factors.right.elements[1] + 1) < 1e-5)
    #expect(abs(factors.left.elements[2] * factors.right.elements[3] - 1) < 1e-5)
  }

  @Test("The same matrix gives the same bytes")
  func repeatable() throws {
    let matrix = random(40, 30)
    let (a, b) = (
      try SingularValueDecomposition(matrix, name: "A"), try SingularValueDecomposition(matrix, name: "A")
    )
    #expect(a.left == b.left && a.values == b.values && a.right == b.right)
  }

  @Test("What is not finite is refused by name and position", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) {
    for (m, n) in [(3, 5), (5, 3), (1, 1)] {
      var matrix = random(m, n)
      matrix.elements[m * n - 1] = value
      let wanted = FactorizationError.notFinite(name: "layer.weight", row: m - 1, column: n - 1)
      #expect(throws: wanted) { try SingularValueDecomposition(matrix, name: "layer.weight") }
      #expect(wanted.description.contains("layer.weight") && wanted.description.contains("[\(m - 1), \(n - 1)]"))
    }
  }
}
