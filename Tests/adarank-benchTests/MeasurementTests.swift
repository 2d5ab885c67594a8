import Testing

@testable import adarank_bench

@Suite struct MeasurementTests {
  @Test func theMedianIsInTheMiddle() {
    #expect(Measurement([3, 1, 2]).median == 2)
    #expect(Measurement([4, 1, 2, 3]).median == 2.5)
    #expect(Measurement([7]).median == 7)
    #expect(Measurement().median.isNaN)
  }

  @Test func textShowsTheSpread() {
    #expect(Measurement([1, 3, 2]).text("%.1f") == "2.0 (1.0 … 3.0)")
    #expect(Measurement([2]).text("%.0f s") == "2 s")
    #expect(Measurement([1, 2]).map { $0 * 10 }.text("%.0f") == "15 (10 … 20)")
  }
}
