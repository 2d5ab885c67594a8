import LinearAlgebra
import TestSupport
import Testing

@Suite struct OperationCounterTests {
  @Test("A product of [m, k] and [k, n] counts 2·m·n·k")
  func product() {
    // Other tests may count meanwhile: at least this product's operations are there.
    let (a, b) = (MutableMatrixView.leaked(rows: 300, columns: 400), MutableMatrixView.leaked(rows: 400, columns: 200))
    let c = MutableMatrixView.leaked(rows: 300, columns: 200)
    let before = OperationCounter.count
    multiply(a.view, b.view, into: c)
    #expect(OperationCounter.count - before >= 2 * 300 * 200 * 400)
  }
}
