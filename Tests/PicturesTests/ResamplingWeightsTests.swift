import Testing

@testable import Pictures

@Suite struct ResamplingWeightsTests {
  private let kernels: [ResamplingFilter] = [.box, .bilinear, .hamming, .bicubic, .lanczos]

  /// Each weight is rounded by half of 2⁻²² at most.
  @Test func weightsSumToOne() {
    for filter in kernels {
      for source in 1...20 {
        for target in 1...20 {
          let weights = ResamplingWeights(from: source, to: target, filter: filter)
          for window in weights.windows {
            let sum = weights.values[window.weights].reduce(0) { $0 + Int($1) }
            #expect(abs(sum - 1 << 22) <= (window.weights.count + 1) / 2)
          }
        }
      }
    }
  }

  @Test func windowsStayWithinTheLine() {
    for filter in kernels {
      for (source, target) in [(1, 1), (1, 50), (50, 1), (7, 13), (13, 7), (500, 224), (3, 1000)] {
        let weights = ResamplingWeights(from: source, to: target, filter: filter)
        #expect(weights.windows.count == target)
        #expect(weights.windows.allSatisfy { $0.first >= 0 && $0.first + $0.weights.count <= source })
        #expect(weights.windows.allSatisfy { !$0.weights.isEmpty })
      }
    }
  }

  /// The largest sum of magnitudes, with bytes of 255, fits 32 bits with half of the last bit.
  @Test func sumsFitThirtyTwoBits() {
    for filter in kernels {
      for (source, target) in [(2, 3), (3, 2), (5, 7), (100, 33), (333, 1000), (1000, 333), (6, 200), (9459, 2)] {
        let weights = ResamplingWeights(from: source, to: target, filter: filter)
        for window in weights.windows {
          let magnitude = weights.values[window.weights].reduce(0) { $0 + abs(Int($1)) }
          #expect(magnitude * 255 + 1 << 21 <= Int(Int32.max))
        }
      }
    }
  }
}
