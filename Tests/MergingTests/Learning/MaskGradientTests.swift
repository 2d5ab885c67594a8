import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct MaskGradientTests {
  @Test(arguments: [(9, 5), (5, 9), (6, 6), (40, 3), (1, 4)]) func diagonalIsThatOfUGV(m: Int, n: Int) throws {
    var source = RandomSource(seed: UInt64(m * 100 + n))
    let factors = try SingularValueDecomposition(ReferenceTensor(random: [m, n], &source).rounded, name: "test")
    let gradient = ReferenceTensor(random: [m, n], &source)
    let r = min(m, n)
    let wanted = ReferenceTensor(factors.left).times(gradient).times(ReferenceTensor(factors.right).transposed)
    var got = [Float](repeating: .nan, count: r)
    // In two parts, as a long diagonal is computed.
    for components in [0..<r / 2, r / 2..<r] where !components.isEmpty {
      let scratch = FloatStorage(count: components.count * r)
      gradient.rounded.withMatrix {
        MaskGradient.diagonal(
          $0, SingularComponents(factors), components: components, scratch: scratch.base, into: &got)
      }
    }
    for k in 0..<r { #expect(abs(Double(got[k]) - wanted[k, k]) < 1e-5, "component \(k)") }
  }

  /// Against central differences of the relaxed sum L(ℓ) = λ Σ pₖ σₖ gₖ, whose derivative the straight-through estimator
  /// takes for that of the masked one.
  @Test(arguments: [10.0, 1.0, 0.05]) func logitsGradientIsTheRelaxedOne(temperature: Double) {
    let (values, diagonal): ([Float], [Float]) = ([3, 2, 1, 0.5], [0.7, -1.5, 0, 2])
    let logits = [0.1, -0.1, 0.3, -0.02]
    let coefficient = 0.3
    func loss(_ logits: [Double]) -> Double {
      logits.indices.reduce(0) {
        $0 + coefficient * Double(values[$1]) * Double(diagonal[$1]) / (1 + exp(-logits[$1] / temperature))
      }
    }
    let got = logits.indices.map {
      MaskGradient.logit(
        logits[$0], diagonal: diagonal[$0], value: values[$0], coefficient: coefficient, temperature: temperature)
    }
    for k in logits.indices {
      let h = 1e-4 * temperature
      var (up, down) = (logits, logits)
      up[k] += h
      down[k] -= h
      let wanted = (loss(up) - loss(down)) / (2 * h)
      #expect(abs(got[k] - wanted) <= 1e-6 * max(abs(wanted), 1e-6), "component \(k): \(got[k]), \(wanted)")
    }
  }

  @Test func coefficientGradientCountsKeptComponentsOnly() {
    let (values, diagonal): ([Float], [Float]) = ([4, 2, 1, 8], [1, 10, 100, 1_000])
    // A logit of exactly 0 is pruned: b = [p > ½].
    let gradient = MaskGradient.coefficient(diagonal: diagonal, values: values, logits: [0.1, -0.1, 1e-300, 0])
    #expect(gradient == 4 + 100)
  }
}
