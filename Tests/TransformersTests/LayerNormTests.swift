import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct LayerNormTests {
  private static let epsilon: Float = 1e-5
  private static let shapes = [(1, 5), (3, 16), (4, 24), (5, 33), (2, 1), (1, 47)]

  /// The arguments of one call, and what `forward` makes of them.
  private struct Case {
    let x, weight, bias: ReferenceTensor
    let xView, weightView, biasView, statistics, y: MutableMatrixView

    init(_ rows: Int, _ columns: Int, _ source: inout RandomSource) {
      x = ReferenceTensor(random: [rows, columns], &source)
      weight = ReferenceTensor(random: [1, columns], &source)
      bias = ReferenceTensor(random: [1, columns], &source)
      xView = .leaked(x, stride: columns + 3)
      (weightView, biasView) = (.leaked(weight), .leaked(bias))
      statistics = .leaked(rows: rows, columns: 2)
      y = .leaked(rows: rows, columns: columns, stride: columns + 1)
      LayerNorm.forward(
        xView.view, weight: weightView.base, bias: biasView.base, epsilon: epsilon, statistics: statistics, into: y)
    }

    func reference(x: ReferenceTensor? = nil, weight: ReferenceTensor? = nil, bias: ReferenceTensor? = nil)
      -> ReferenceTensor
    {
      ReferenceLayers.layerNorm(
        x ?? self.x, weight: (weight ?? self.weight).elements, bias: (bias ?? self.bias).elements,
        epsilon: Double(epsilon))
    }
  }

  @Test("Forward is the formula, and the statistics are what recomputes it", arguments: shapes)
  func forward(rows: Int, columns: Int) {
    var source = RandomSource(seed: UInt64(columns))
    let it = Case(rows, columns, &source)
    #expect(mismatch(it.y.view, it.reference(), tolerance: 1e-5, "y") == nil)
    #expect(it.y.marginsAreIntact && it.statistics.marginsAreIntact)
    let again = MutableMatrixView.leaked(rows: rows, columns: columns)
    LayerNorm.recompute(
      it.xView.view, weight: it.weightView.base, bias: it.biasView.base, statistics: it.statistics.view, into: again)
    #expect(ReferenceTensor(again.view) == ReferenceTensor(it.y.view))
  }

  @Test("A row far from zero keeps its precision: the variance is of distances from the mean")
  func farFromZero() {
    var source = RandomSource(seed: 3)
    let x = ReferenceTensor(
      shape: [1, 33], elements: ReferenceTensor(random: [1, 33], &source).elements.map { Double(Float($0 + 4_096)) })
    let ones = MutableMatrixView.leaked(rows: 1, columns: 33) { 1 }
    let zeros = MutableMatrixView.leaked(rows: 1, columns: 33)
    let y = MutableMatrixView.leaked(rows: 1, columns: 33)
    LayerNorm.forward(
      MutableMatrixView.leaked(x).view, weight: ones.base, bias: zeros.base, epsilon: Self.epsilon,
      statistics: .leaked(rows: 1, columns: 2), into: y)
    let wanted = ReferenceLayers.layerNorm(
      x, weight: [Double](repeating: 1, count: 33), bias: [Double](repeating: 0, count: 33), epsilon: 1e-5)
    // The mean is rounded to 2¹²·ε of a deviation of about a half.
    #expect(mismatch(y.view, wanted, tolerance: 4_096 * 4 * Double(Float.ulpOfOne)) == nil)
  }

  @Test("A constant row becomes the bias")
  func constantRow() {
    let (y, bias) = (
      MutableMatrixView.leaked(rows: 1, columns: 20), MutableMatrixView.leaked(rows: 1, columns: 20) { 3 }
    )
    let x = MutableMatrixView.leaked(rows: 1, columns: 20) { 0.5 }
    LayerNorm.forward(
      x.view, weight: bias.base, bias: bias.base, epsilon: Self.epsilon, statistics: .leaked(rows: 1, columns: 2),
      into: y)
    #expect(mismatch(y.view, ReferenceTensor(bias.view), tolerance: 1e-6) == nil)
  }

  @Test("Backward gives the differences of the formula", arguments: shapes, [false, true])
  func backward(shape: (Int, Int), hasResidual: Bool) {
    let (rows, columns) = shape
    var source = RandomSource(seed: UInt64(columns + 100))
    let it = Case(rows, columns, &source)
    let dy = ReferenceTensor(random: [rows, columns], &source)
    let residual = ReferenceTensor(random: [rows, columns], &source)
    var wanted = centralDifferences(it.x) { dy.dot(it.reference(x: $0)) }
    if hasResidual { wanted = combine(wanted, residual, +) }
    let parameterGradient = MutableMatrixView.leaked(rows: 2, columns: columns) { 9 }
    // The residual's memory takes the result.
    let dx = MutableMatrixView.leaked(residual, stride: columns + 2)
    LayerNorm.backward(
      MutableMatrixView.leaked(dy).view, x: it.xView.view, weight: it.weightView.base, statistics: it.statistics.view,
      residual: hasResidual ? dx.view : nil, dx: dx, parameterGradient: parameterGradient.base)
    // One column has no gradient; there what is left of cancellation counts against dy.
    #expect(mismatch(dx.view, wanted, tolerance: 2e-5, scale: columns == 1 ? 100 : nil, "dx") == nil)
    #expect(dx.marginsAreIntact && parameterGradient.marginsAreIntact)
    let dWeight = centralDifferences(it.weight) { dy.dot(it.reference(weight: $0)) }
    let dBias = centralDifferences(it.bias) { dy.dot(it.reference(bias: $0)) }
    #expect(mismatch(parameterGradient.rows(0..<1).view, dWeight, tolerance: 1e-5, "dweight") == nil)
    #expect(mismatch(parameterGradient.rows(1..<2).view, dBias, tolerance: 1e-5, "dbias") == nil)

    let alone = MutableMatrixView.leaked(rows: 2, columns: columns)
    LayerNorm.backward(
      MutableMatrixView.leaked(dy).view, x: it.xView.view, weight: it.weightView.base, statistics: it.statistics.view,
      residual: nil, dx: nil, parameterGradient: alone.base)
    #expect(ReferenceTensor(alone.view) == ReferenceTensor(parameterGradient.view))
  }
}
