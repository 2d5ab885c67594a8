import Testing

@testable import Reports

@Suite struct NumbersTests {
  @Test(arguments: [(0.8766, "87.7"), (0, "0.0"), (1, "100.0"), (nil, "–")])
  func writesPercents(_ fraction: Double?, text: String) { #expect(Numbers.percent(fraction) == text) }

  @Test(arguments: [(0.12349, "0.123"), (12, "12.000"), (nil, "–")])
  func writesDecimals(_ value: Double?, text: String) { #expect(Numbers.decimal(value) == text) }

  @Test(
    arguments: [
      (0, "0.0 s"), (7.44, "7.4 s"), (59.94, "59.9 s"), (59.96, "1 min 0 s"), (60, "1 min 0 s"), (199.6, "3 min 20 s"),
      (3_599.4, "59 min 59 s"), (3_599.6, "1 h 0 min"), (7_500, "2 h 5 min"),
    ])
  func writesDurations(_ seconds: Double, text: String) { #expect(Numbers.duration(seconds) == text) }

  @Test(
    arguments: [
      (0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (1_234_567, "1.2 MB"), (999_960, "1.0 MB"),
      (5_000_000_000, "5.0 GB"), (2_000_000_000_000, "2.0 TB"),
    ])
  func writesBytes(_ count: Int, text: String) { #expect(Numbers.bytes(count) == text) }

  @Test func writesOperations() {
    #expect(Numbers.operations(3_400_000_000_000) == "3.4 Tflop")
    #expect(Numbers.operations(Int.max) == "9223.4 Pflop")
  }

  @Test(arguments: [(0, "0 ranks"), (1, "1 rank"), (2, "2 ranks")])
  func countsThings(_ count: Int, text: String) { #expect(Numbers.counted(count, "rank") == text) }
}
