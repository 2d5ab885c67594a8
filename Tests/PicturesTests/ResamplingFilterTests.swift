import Testing

@testable import Pictures

@Suite struct ResamplingFilterTests {
  private let kernels: [ResamplingFilter] = [.box, .bilinear, .hamming, .bicubic, .lanczos]

  @Test func theNumbersArePillows() {
    #expect(ResamplingFilter.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5])
    #expect(ResamplingFilter(rawValue: 3) == .bicubic)
  }

  @Test func kernelsAreOneInTheMiddleAndZeroAtOtherPixels() {
    for filter in kernels {
      // The Hamming window's constants are of single precision.
      #expect(abs(filter.weight(0) - 1) < (filter == .hamming ? 1e-7 : 1e-15))
      for pixel in [-3.0, -2, -1, 1, 2, 3] { #expect(abs(filter.weight(pixel)) < 1e-15) }
    }
  }

  @Test func kernelsEndWhereTheirSupportDoes() {
    for filter in kernels {
      let places = stride(from: -4, through: 4, by: 0.01)
      #expect(places.allSatisfy { abs($0) <= filter.support + 1e-9 || filter.weight($0) == 0 })
    }
  }

  /// A kernel that interpolates keeps an even surface even.
  @Test func bicubicAndBilinearWeightsSumToOne() {
    for filter in [ResamplingFilter.bilinear, .bicubic] {
      for shift in stride(from: 0, to: 1, by: 0.05) {
        let sum = (-3...3).map { filter.weight(Double($0) + shift) }.reduce(0, +)
        #expect(abs(sum - 1) < 1e-14)
      }
    }
  }
}
