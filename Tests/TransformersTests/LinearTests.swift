import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct LinearTests {
  private static let shapes = [(1, 5, 16), (4, 24, 33), (3, 33, 5), (7, 1, 1)]

  @Test("Forward is x·weightᵀ, plus a bias, plus a residual, also in the residual's memory", arguments: shapes)
  func forward(rows: Int, width: Int, out: Int) {
    var source = RandomSource(seed: UInt64(rows * 100 + out))
    let x = ReferenceTensor(random: [rows, width], &source)
    let weight = ReferenceTensor(random: [out, width], &source)
    let bias = ReferenceTensor(random: [1, out], &source)
    let residual = ReferenceTensor(random: [rows, out], &source)
    let (xView, weightView) = (
      MutableMatrixView.leaked(x, stride: width + 2).view, MutableMatrixView.leaked(weight).view
    )
    for (hasBias, hasResidual) in [(false, false), (true, false), (false, true), (true, true)] {
      var wanted = ReferenceLayers.linear(x, weight: weight, bias: hasBias ? bias.elements : nil)
      if hasResidual { wanted = combine(wanted, residual, +) }
      let separate = MutableMatrixView.leaked(rows: rows, columns: out, stride: out + 3) { 5 }
      let inPlace = MutableMatrixView.leaked(residual, stride: out + 1)
      let biasPointer = hasBias ? UnsafePointer(MutableMatrixView.leaked(bias).base) : nil
      let residualView = MutableMatrixView.leaked(residual).view
      Linear.forward(
        xView, weight: weightView, bias: biasPointer, residual: hasResidual ? residualView : nil, into: separate)
      #expect(mismatch(separate.view, wanted, tolerance: 1e-5, "bias \(hasBias) residual \(hasResidual)") == nil)
      guard hasResidual else { continue }
      Linear.forward(xView, weight: weightView, bias: biasPointer, residual: inPlace.view, into: inPlace)
      #expect(mismatch(inPlace.view, wanted, tolerance: 1e-5, "in place, bias \(hasBias)") == nil)
      #expect(inPlace.marginsAreIntact && separate.marginsAreIntact)
    }
  }

  @Test("Backward gives the differences of forward, or adds them", arguments: shapes)
  func backward(rows: Int, width: Int, out: Int) {
    var source = RandomSource(seed: UInt64(rows * 100 + out + 7))
    let x = ReferenceTensor(random: [rows, width], &source)
    let weight = ReferenceTensor(random: [out, width], &source)
    let dy = ReferenceTensor(random: [rows, out], &source)
    let wanted = centralDifferences(x) { dy.dot(ReferenceLayers.linear($0, weight: weight, bias: nil)) }
    let dx = MutableMatrixView.leaked(rows: rows, columns: width) { 4 }
    let (dyView, weightView) = (MutableMatrixView.leaked(dy).view, MutableMatrixView.leaked(weight).view)
    Linear.backward(dyView, weight: weightView, dx: dx)
    #expect(mismatch(dx.view, wanted, tolerance: 1e-5) == nil)
    Linear.backward(dyView, weight: weightView, dx: dx, accumulating: true)
    #expect(mismatch(dx.view, combine(wanted, wanted, +), tolerance: 1e-5) == nil)
  }
}
