import LinearAlgebra
import TestSupport
import Testing

@Suite struct ColumnMajorFactorsTests {
  init() { BLASKernel.oneThread }

  private static let shapes = [(1, 1), (1, 9), (9, 1), (20, 31), (31, 20), (24, 24)]

  private func random(_ m: Int, _ n: Int) -> Tensor {
    var source = RandomSource(seed: UInt64(m * 100 + n))
    return Tensor(shape: [m, n], elements: source.floats(m * n))
  }

  /// A method that does not converge, and leaves what it did not finish.
  private static let failing: ColumnMajorFactors.Method = { factors, _ in
    factors.u = factors.u.map { _ in .nan }
    factors.values = factors.values.map { _ in 7 }
    factors.vt = factors.vt.map { _ in 3 }
    return 2
  }

  @Test("Both methods give the same singular values, and factors of the same quality", arguments: shapes)
  func methodsAgree(m: Int, n: Int) throws {
    let matrix = random(m, n)
    let results = try ColumnMajorFactors.methods.map {
      try SingularValueDecomposition(matrix, name: "A", methods: [$0])
    }
    #expect(results.count == 2)
    let bound = results[0].values[0] * .ulpOfOne * Float(max(m, n))
    for (a, b) in zip(results[0].values, results[1].values) { #expect(abs(a - b) <= bound) }
    for result in results { #expect(Residuals(matrix, result).areSmall) }
  }

  @Test("Where the first method does not converge the second one's factors count", arguments: shapes)
  func fallback(m: Int, n: Int) throws {
    let matrix = random(m, n)
    let fallback = try SingularValueDecomposition(
      matrix, name: "A", methods: [Self.failing, ColumnMajorFactors.methods[1]])
    let direct = try SingularValueDecomposition(matrix, name: "A", methods: [ColumnMajorFactors.methods[1]])
    #expect(fallback.left == direct.left && fallback.values == direct.values && fallback.right == direct.right)
    #expect(Residuals(matrix, fallback).areSmall)
  }

  @Test("The second method is not asked where the first converges")
  func noFallback() throws {
    let matrix = random(6, 4)
    _ = try SingularValueDecomposition(
      matrix, name: "A",
      methods: [
        ColumnMajorFactors.methods[0],
        { _, _ in
          Issue.record("asked")
          return 1
        },
      ])
  }

  @Test("Where no method converges the error says so; where LAPACK refuses, no other is asked")
  func failures() {
    let matrix = random(4, 4)
    #expect(throws: FactorizationError.notConverged(name: "W", info: 2)) {
      try SingularValueDecomposition(matrix, name: "W", methods: [Self.failing, Self.failing])
    }
    #expect(throws: FactorizationError.refused(name: "W", info: -4)) {
      try SingularValueDecomposition(matrix, name: "W", methods: [{ _, _ in -4 }, Self.failing])
    }
    #expect(FactorizationError.notConverged(name: "W", info: 2).description.contains("W"))
    #expect(FactorizationError.refused(name: "W", info: -4).description.contains("argument 4"))
  }
}
