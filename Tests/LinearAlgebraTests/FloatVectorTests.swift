import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct FloatVectorTests {
  private func exp(_ x: Float) -> Float { FloatVector.exp(FloatVector(repeating: x))[0] }

  @Test("eˣ is right to 1.5 units in the last place from −87 to 88")
  func exponential() {
    var worst = (x: Float(0), error: 0.0)
    let steps = 100_000
    for step in stride(from: 0, to: steps, by: 16) {
      let x = FloatVector((0..<16).map { -87 + 175 * Float(step + $0) / Float(steps) })
      let got = FloatVector.exp(x)
      for index in 0..<16 where x[index] <= 88 {
        let wanted = Foundation.exp(Double(x[index]))
        let error = abs(Double(got[index]) - wanted) / Double(Float(wanted).ulp)
        if !(error <= worst.error) { worst = (x[index], error) }
      }
    }
    #expect(worst.error <= 1.5, "at \(worst.x)")
  }

  @Test(
    "eˣ near the ends and near zero",
    arguments: [-87, -86.99, -1e-3, -1e-7, 1e-38, 1e-7, 1e-3, 0.346, 0.347, 88] as [Float])
  func exponentialAtEdges(x: Float) {
    let wanted = Foundation.exp(Double(x))
    #expect(abs(Double(exp(x)) - wanted) <= 1.5 * Double(Float(wanted).ulp))
  }

  @Test("e⁰ is exactly 1")
  func exponentialOfZero() {
    #expect(exp(0) == 1)
    #expect(exp(-0.0) == 1)
  }

  @Test("Arguments are clamped to −87 ... 88")
  func clamping() {
    for x: Float in [-87.01, -100, -1e30, -.infinity] { #expect(exp(x) == exp(-87)) }
    for x: Float in [88.01, 100, 1e30, .infinity] { #expect(exp(x) == exp(88)) }
    #expect(exp(-87) > 0 && exp(-87).isNormal)
    #expect(exp(88).isFinite)
  }

  @Test("eˣ of NaN is NaN, so that a broken number does not pass for a small one")
  func exponentialOfNaN() {
    #expect(exp(.nan).isNaN)
    #expect(exp(-.nan).isNaN)
  }

  @Test("The total adds all elements, and the largest is found in every place")
  func reductions() {
    for place in 0..<16 {
      var vector = FloatVector(repeating: -3)
      vector[place] = -1
      #expect(vector.largest == -1)
      #expect(vector.total == -46)
    }
    #expect(FloatVector((1...16).map { Float(1 << $0) }).total == Float(1 << 17) - 2)
  }

  @Test("Partial loads fill up with zeros, partial stores leave neighbours alone", arguments: 0...16)
  func partial(length: Int) {
    let x = MutableMatrixView.leaked(ReferenceTensor(shape: [1, 19], elements: (1...19).map(Double.init)))
    for offset in 0...3 {
      let wanted = FloatVector((0..<16).map { $0 < length ? Float(offset + $0 + 1) : 0 })
      #expect(load(x.base, offset, length) == wanted)
      #expect(load(UnsafePointer(x.base), offset, length) == wanted)
      let y = MutableMatrixView.leaked(rows: 1, columns: 19) { -1 }
      store(FloatVector((0..<16).map { Float($0) }), y.base, offset, length)
      for index in 0..<19 {
        let isStored = index >= offset && index < offset + length
        #expect(y.base[index] == (isStored ? Float(index - offset) : -1))
      }
      #expect(y.marginsAreIntact)
    }
  }

  @Test("Stretches cover every index once, in order", arguments: 0...50)
  func stretches(count: Int) {
    var single: [Int] = []
    forVectors(count) {
      single += $0..<$0 + 16
    } rest: {
      single.append($0)
    }
    #expect(single == Array(0..<count))
    var partial: [Int] = []
    forPartialVectors(count) { start, length in
      #expect(length > 0 && length <= 16)
      partial += start..<start + length
    }
    #expect(partial == Array(0..<count))
  }

  @Test("mapVectors applies the function to each element, also in place", arguments: 0...40)
  func map(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let x = MutableMatrixView.leaked(ReferenceTensor(random: [1, count], &source))
    let y = MutableMatrixView.leaked(rows: 1, columns: count)
    let wanted = ReferenceTensor(shape: [1, count], elements: ReferenceTensor(x.view).elements.map { $0 * 2 + 1 })
    mapVectors(x.base, into: y.base, count: count) { $0 * 2 + 1 }
    mapVectors(x.base, into: x.base, count: count) { $0 * 2 + 1 }
    #expect(mismatch(y.view, wanted, tolerance: 1e-7) == nil)
    #expect(ReferenceTensor(x.view) == ReferenceTensor(y.view))
    #expect(x.marginsAreIntact && y.marginsAreIntact)
  }
}
