import LinearAlgebra
import TestSupport
import Testing

@Suite struct ProductsTests {
  init() { BLASKernel.oneThread }

  /// One product against three loops in `Double`.
  ///
  /// Elements lie in −1 ... 1, so |C| ≤ 1 + |scale|·k, and each of the k + 2 roundings costs ε of that.
  private func check(
    m: Int, n: Int, k: Int, _ transpositions: (a: Bool, b: Bool), padding: Int, scale: Float, accumulating: Bool,
    _ source: inout RandomSource
  ) -> String? {
    func operand(_ rows: Int, _ columns: Int, isTransposed: Bool) -> MatrixView {
      isTransposed
        ? leaked(columns, rows, padding, &source).view.transposed : leaked(rows, columns, padding, &source).view
    }
    let a = operand(m, k, isTransposed: transpositions.a)
    let b = operand(k, n, isTransposed: transpositions.b)
    let c = accumulating ? leaked(m, n, padding, &source) : .leaked(rows: m, columns: n, stride: n + padding) { .nan }
    let old = accumulating ? ReferenceTensor(c.view) : ReferenceTensor(zeros: [m, n])
    let wanted = combine(old, ReferenceTensor(a).times(ReferenceTensor(b))) { $0 + Double(scale) * $1 }
    multiply(a, b, into: c, scale: scale, accumulating: accumulating)
    let name = "[\(m), \(k)]·[\(k), \(n)] \(transpositions) padding \(padding) scale \(scale) \(accumulating) at "
    guard c.marginsAreIntact else { return name + "writes outside the result" }
    return mismatch(
      c.view, wanted, tolerance: Double(k + 2) * Double(Float.ulpOfOne), scale: 1 + abs(Double(scale)) * Double(k), name
    )
  }

  private func leaked(
    _ rows: Int, _ columns: Int, _ padding: Int, _ source: inout RandomSource
  ) -> MutableMatrixView {
    .leaked(ReferenceTensor(random: [rows, columns], &source), stride: columns + padding)
  }

  private static let transpositions = [(false, false), (false, true), (true, false), (true, true)]

  @Test("All small shapes give what three loops give", arguments: 0...5)
  func smallShapes(m: Int) {
    var source = RandomSource(seed: UInt64(m))
    for n in 0...5 {
      for k in 0...5 {
        for transpositions in Self.transpositions {
          for padding in [0, 3] {
            for (scale, accumulating) in [(Float(1), false), (-0.5, false), (1, true), (2.5, true), (0, true)] {
              let failure = check(
                m: m, n: n, k: k, transpositions, padding: padding, scale: scale, accumulating: accumulating, &source)
              #expect(failure == nil)
            }
          }
        }
      }
    }
  }

  @Test(
    "Larger odd shapes give what three loops give",
    arguments: [(33, 17, 65), (1, 257, 129), (127, 1, 63), (64, 64, 64), (70, 3, 301)])
  func largerShapes(m: Int, n: Int, k: Int) {
    var source = RandomSource(seed: UInt64(m * n * k))
    for transpositions in Self.transpositions {
      let failure = check(
        m: m, n: n, k: k, transpositions, padding: 5, scale: 1.5, accumulating: true, &source)
      #expect(failure == nil)
    }
  }

  @Test("A product of equal shapes and numbers gives equal bytes")
  func repeatable() {
    var source = RandomSource(seed: 5)
    let (a, b) = (leaked(61, 47, 0, &source), leaked(47, 53, 0, &source))
    let (c, d) = (MutableMatrixView.leaked(rows: 61, columns: 53), MutableMatrixView.leaked(rows: 61, columns: 53))
    multiply(a.view, b.view, into: c)
    multiply(a.view, b.view, into: d)
    #expect(ReferenceTensor(c.view) == ReferenceTensor(d.view))
  }
}
