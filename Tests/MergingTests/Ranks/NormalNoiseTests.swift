import Testing

@testable import Merging

@Suite struct NormalNoiseTests {
  private func noise(
    _ count: Int, seed: UInt64 = 0, tensor: Int = 0, trial: Int = 0, deviation: Double = 1, tile: Int? = nil
  ) -> [Float] {
    var values = [Float](repeating: 0, count: count)
    let noise = NormalNoise(seed: seed, tensor: tensor, trial: trial)
    values.withUnsafeMutableBufferPointer { values in
      for first in stride(from: 0, to: count, by: tile ?? count) {
        noise.add(to: values, first..<min(first + (tile ?? count), count), deviation: deviation)
      }
    }
    return values
  }

  /// Computed by a Python program of its own, in float64.
  @Test func agreesWithAnIndependentComputation() {
    let first: [Float] = [0.9911376799303855, -0.9246625876655352, -0.6176089594591907, -0.48206858748717946]
    let second: [Float] = [
      -0.2476753603874012, 0.7351130788530643, 1.0026735196931589, -0.34109247916632773, 0.4163756741496007,
      -0.20957115754837832, 0.2945354684647228,
    ]
    for (got, wanted) in zip(
      noise(4) + noise(7, seed: 0x1234_5678_9abc_def0, tensor: 5, trial: 3), first + second)
    {
      #expect(abs(got - wanted) <= abs(wanted).ulp)
    }
  }

  /// Mean, variance and fourth moment of n numbers lie within five of their standard deviations, √(1/n), √(2/n), √(96/n).
  @Test(arguments: [0, 1, 2]) func isNormal(trial: Int) {
    let values = noise(1 << 16, trial: trial).map(Double.init)
    let n = Double(values.count)
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { product, _ in product * value } } / n
    }
    #expect(abs(moment(1)) < 5 * (1 / n).squareRoot())
    #expect(abs(moment(2) - 1) < 5 * (2 / n).squareRoot())
    #expect(abs(moment(4) - 3) < 5 * (96 / n).squareRoot())
  }

  /// Whoever computes which part of a tensor, its noise is the same.
  @Test(arguments: [1, 3, 4, 1_001, 1_024]) func partsMakeTheWhole(count: Int) {
    #expect(noise(count, tile: 4) == noise(count) && noise(count, tile: 64) == noise(count))
  }

  @Test func seedTensorAndTrialGiveOtherNoise() {
    let all = [
      noise(64), noise(64, seed: 1), noise(64, seed: 1 << 32), noise(64, tensor: 1), noise(64, trial: 1),
    ]
    #expect(Set(all).count == all.count)
  }

  @Test func isScaledAndAdded() {
    var values: [Float] = [1, 2, 3, 4]
    values.withUnsafeMutableBufferPointer {
      NormalNoise(seed: 0, tensor: 0, trial: 0).add(to: $0, 0..<4, deviation: 0.5)
    }
    for (value, wanted) in zip(values, [1.49556884, 1.53766871, 2.69119552, 3.75896571] as [Float]) {
      #expect(abs(value - wanted) < 1e-6)
    }
  }

  /// As `torch.std` gives it.
  @Test func deviationIsThatOfASample() {
    func deviation(_ values: [Float]) -> Double { values.withUnsafeBufferPointer { NormalNoise.deviation(of: $0) } }
    #expect(abs(deviation([2, 4, 4, 4, 5, 5, 7, 9]) - (32.0 / 7).squareRoot()) < 1e-12)
    #expect(deviation([3]) == 0 && deviation([]) == 0 && deviation([1, 1, 1]) == 0)
  }
}
