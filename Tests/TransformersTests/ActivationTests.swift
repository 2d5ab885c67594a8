import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct ActivationTests {
  private func reference(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .quickGELU: ReferenceLayers.quickGELU(x)
    case .gelu: ReferenceLayers.gelu(x)
    case .newGELU: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
  }

  /// Absolute: the approximation of Φ is right to 1e-7, and |x| ≤ 10 multiplies that.
  private static let tolerance = 2e-6

  @Test("Forward is the formula, also in place", arguments: [Activation.quickGELU, .gelu, .newGELU], [5, 16, 24, 33])
  func forward(activation: Activation, count: Int) {
    var source = RandomSource(seed: UInt64(count))
    for scale in [0.1, 1, 10] {
      let x = ReferenceTensor(
        shape: [1, count], elements: source.floats(count).map { Double(Float($0 * Float(scale))) })
      let wanted = ReferenceTensor(shape: x.shape, elements: x.elements.map { reference(activation, $0) })
      let (input, y) = (MutableMatrixView.leaked(x), MutableMatrixView.leaked(rows: 1, columns: count))
      activation.forward(input.base, into: y.base, count: count)
      #expect(mismatch(y.view, wanted, tolerance: Self.tolerance, scale: 1, "y") == nil)
      activation.forward(input.base, into: input.base, count: count)
      #expect(ReferenceTensor(input.view) == ReferenceTensor(y.view))
      #expect(input.marginsAreIntact && y.marginsAreIntact)
    }
  }

  @Test(
    "Backward recomputes y to the byte and gives the differences of the formula",
    arguments: [Activation.quickGELU, .gelu, .newGELU], [5, 16, 24, 33])
  func backward(activation: Activation, count: Int) {
    var source = RandomSource(seed: UInt64(count + 50))
    let x = ReferenceTensor(shape: [1, count], elements: source.floats(count).map { Double($0 * 4) })
    let dy = ReferenceTensor(random: [1, count], &source)
    let wanted = centralDifferences(x) { x in
      zip(x.elements, dy.elements).reduce(0) { $0 + reference(activation, $1.0) * $1.1 }
    }
    let (input, dx) = (MutableMatrixView.leaked(x), MutableMatrixView.leaked(dy))
    let y = MutableMatrixView.leaked(rows: 1, columns: count)
    activation.backward(input.base, recomputing: y.base, dy: dx.base, dx: dx.base, count: count)
    #expect(mismatch(dx.view, wanted, tolerance: Self.tolerance, scale: 1, "dx") == nil)
    let forward = MutableMatrixView.leaked(rows: 1, columns: count)
    activation.forward(input.base, into: forward.base, count: count)
    #expect(ReferenceTensor(forward.view) == ReferenceTensor(y.view))
    #expect(dx.marginsAreIntact && y.marginsAreIntact)
  }

  @Test("Far from zero it is 0 or x, and zero stays zero", arguments: [Activation.quickGELU, .gelu, .newGELU])
  func ends(activation: Activation) {
    let x = MutableMatrixView.leaked(ReferenceTensor(shape: [1, 5], elements: [-1e4, -60, 0, 60, 1e4]))
    let y = MutableMatrixView.leaked(rows: 1, columns: 5)
    activation.forward(x.base, into: y.base, count: 5)
    #expect(abs(y.base[0]) < 1e-30 && abs(y.base[1]) < 1e-30)
    #expect(y.base[2] == 0 && y.base[3] == 60 && y.base[4] == 1e4)
  }

  @Test("NaN stays NaN", arguments: [Activation.quickGELU, .gelu, .newGELU])
  func notANumber(activation: Activation) {
    let x = MutableMatrixView.leaked(rows: 1, columns: 3) { .nan }
    activation.forward(x.base, into: x.base, count: 3)
    #expect((0..<3).allSatisfy { x.base[$0].isNaN })
  }

  @Test("tanh and its derivative", arguments: [1, 8, 21])
  func hyperbolicTangent(count: Int) {
    var source = RandomSource(seed: UInt64(count))
    let x = ReferenceTensor(shape: [1, count], elements: source.floats(count).map { Double($0 * 30) })
    let dy = ReferenceTensor(random: [1, count], &source)
    let y = MutableMatrixView.leaked(x)
    Transformers.tanh(y.base, into: y.base, count: count)
    let wanted = ReferenceTensor(shape: [1, count], elements: x.elements.map { Foundation.tanh($0) })
    #expect(mismatch(y.view, wanted, tolerance: 1e-6, scale: 1, "y") == nil)
    let dx = MutableMatrixView.leaked(dy)
    tanhBackward(dx.base, y: y.base, dx: dx.base, count: count)
    let slopes = zip(dy.elements, wanted.elements).map { $0 * (1 - $1 * $1) }
    #expect(
      mismatch(dx.view, ReferenceTensor(shape: [1, count], elements: slopes), tolerance: 1e-6, scale: 1, "dx") == nil)
    #expect(y.marginsAreIntact && dx.marginsAreIntact)
  }
}
