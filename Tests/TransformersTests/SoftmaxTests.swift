import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct SoftmaxTests {
  @Test("Forward is the formula", arguments: [1, 2, 5, 15, 16, 17, 24, 33, 50], [0.01, 1, 30])
  func forward(count: Int, scale: Double) {
    var source = RandomSource(seed: UInt64(count))
    let x = ReferenceTensor(shape: [1, count], elements: source.floats(count).map { Double($0 * Float(scale)) })
    let y = MutableMatrixView.leaked(x)
    Softmax.forward(y.base, count: count)
    #expect(mismatch(y.view, ReferenceLayers.softmax(x), tolerance: 4e-6) == nil)
    #expect(y.marginsAreIntact)
    #expect(abs(ReferenceTensor(y.view).elements.reduce(0, +) - 1) < 1e-5)
  }

  @Test("Huge numbers do not overflow, wherever the largest is", arguments: [3, 16, 20, 40])
  func shifted(count: Int) {
    for place in 0..<count {
      let y = MutableMatrixView.leaked(rows: 1, columns: count) { -3e38 }
      y.base[place] = 3e38
      Softmax.forward(y.base, count: count)
      for index in 0..<count { #expect(abs(y.base[index] - (index == place ? 1 : 0)) < 1e-30) }
    }
  }

  @Test("NaN makes the whole row NaN", arguments: [3, 16, 20])
  func notANumber(count: Int) {
    for place in 0..<count {
      let y = MutableMatrixView.leaked(rows: 1, columns: count) { 1 }
      y.base[place] = .nan
      Softmax.forward(y.base, count: count)
      #expect((0..<count).allSatisfy { y.base[$0].isNaN }, "at \(place)")
    }
  }

  @Test("Backward gives the differences of the formula", arguments: [1, 2, 5, 16, 24, 33])
  func backward(count: Int) {
    var source = RandomSource(seed: UInt64(count + 9))
    let x = ReferenceTensor(shape: [1, count], elements: source.floats(count).map { Double($0 * 3) })
    let dy = ReferenceTensor(random: [1, count], &source)
    let y = MutableMatrixView.leaked(x)
    Softmax.forward(y.base, count: count)
    let dx = MutableMatrixView.leaked(dy)
    Softmax.backward(dx.base, y: y.base, count: count)
    let wanted = centralDifferences(x) { dy.dot(ReferenceLayers.softmax($0)) }
    #expect(mismatch(dx.view, wanted, tolerance: 4e-6, scale: 1) == nil)
    #expect(dx.marginsAreIntact)
  }
}
