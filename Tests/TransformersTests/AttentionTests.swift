import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct AttentionTests {
  /// Tokens that ask, tokens, heads, width.
  private static let shapes = [(5, 5, 1, 5), (1, 7, 2, 16), (4, 4, 3, 24), (6, 6, 3, 33), (1, 1, 4, 8), (2, 17, 2, 6)]

  @Test("Forward is the formula, and gradients are its differences", arguments: shapes, [false, true])
  func forwardAndBackward(shape: (Int, Int, Int, Int), isCausal: Bool) {
    let (queries, tokens, heads, width) = shape
    var source = RandomSource(seed: UInt64(width))
    func random(_ rows: Int, _ columns: Int) -> ReferenceTensor {
      ReferenceTensor(shape: [rows, columns], elements: source.floats(rows * columns).map { Double($0 * 2) })
    }
    let (q, kv, da) = (random(queries, width), random(tokens, 2 * width), random(queries, width))
    let (qView, kvView) = (MutableMatrixView.leaked(q, stride: width + 3).view, MutableMatrixView.leaked(kv).view)
    var attention = Attention(heads: heads, width: width)
    attention.isCausal = isCausal
    let probabilities = MutableMatrixView.leaked(rows: heads * queries, columns: tokens)
    let a = MutableMatrixView.leaked(rows: queries, columns: width, stride: width + 1)
    attention.forward(qView, kvView, probabilities: probabilities, into: a)
    let wanted = ReferenceLayers.attention(q, kv, heads: heads, isCausal: isCausal)
    #expect(mismatch(a.view, wanted.result, tolerance: 4e-6, "attention") == nil)
    #expect(mismatch(probabilities.view, wanted.probabilities, tolerance: 4e-6, "probabilities") == nil)

    let dq = MutableMatrixView.leaked(rows: queries, columns: width) { 3 }
    let dkv = MutableMatrixView.leaked(rows: tokens, columns: 2 * width, stride: 2 * width + 1) { 3 }
    attention.backward(
      MutableMatrixView.leaked(da).view, qView, kvView, probabilities: probabilities.view,
      scratch: MutableMatrixView.leaked(rows: queries, columns: tokens) { 3 }, dq: dq, dkv: dkv)
    let wantedDq = centralDifferences(q) {
      da.dot(ReferenceLayers.attention($0, kv, heads: heads, isCausal: isCausal).result)
    }
    let wantedDkv = centralDifferences(kv) {
      da.dot(ReferenceLayers.attention(q, $0, heads: heads, isCausal: isCausal).result)
    }
    #expect(mismatch(dq.view, wantedDq, tolerance: 1e-5, scale: 1, "dq") == nil)
    #expect(mismatch(dkv.view, wantedDkv, tolerance: 1e-5, scale: 1, "dkv") == nil)
    #expect(a.marginsAreIntact && dq.marginsAreIntact && dkv.marginsAreIntact)
  }
}
