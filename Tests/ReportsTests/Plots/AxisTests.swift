import Testing

@testable import Reports

@Suite struct AxisTests {
  @Test(
    arguments: [
      ([0.05, 0.774], ["0.0", "0.2", "0.4", "0.6", "0.8"]), ([1, 300], ["0", "100", "200", "300"]),
      ([3, 3], ["0", "1", "2", "3"]), ([], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ] as [([Double], [String])])
  func namesRoundNumbers(values: [Double], labels: [String]) {
    #expect(Axis(values, .fromZero).ticks.map(\.label) == labels)
  }

  /// 6 · 0.05 is a little more than 0.3.
  @Test func theLowerEndIsNamedTooWhateverRoundingMakesOfIt() {
    #expect(Axis([0.3002, 0.3998], mostTicks: 4).ticks.map(\.label) == ["0.30", "0.35", "0.40"])
  }

  @Test func everyValueHasItsPlaceBetweenTheEnds() {
    let values = [-0.3, 0.21, 1.7, 12]
    for scale in [Axis.Scale.linear, .fromZero] {
      let axis = Axis(values, scale)
      #expect(values.allSatisfy { (0...1).contains(axis.share($0)) })
      #expect(axis.ticks.allSatisfy { (-1e-9...1 + 1e-9).contains(axis.share($0.value)) })
    }
    let axis = Axis([0.5, 3, 64], .powersOfTwo)
    #expect(axis.bounds == 0.5...64)
    #expect(axis.share(0.5) == 0 && axis.share(64) == 1)
    #expect(axis.ticks.map(\.label) == ["1/2", "1", "2", "4", "8", "16", "32", "64"])
  }

  @Test(
    arguments: [
      [1e308, -1e308], [.nan], [.infinity, 1], [1e-300, 2e-300], [1e15, 1e15 + 0.1], [0, 0], [-2, -2],
      [.leastNonzeroMagnitude],
    ] as [[Double]])
  func anyNumbersGiveAnAxis(values: [Double]) {
    for scale in [Axis.Scale.linear, .fromZero, .powersOfTwo] {
      let axis = Axis(values, scale)
      #expect(axis.bounds.lowerBound < axis.bounds.upperBound)
      #expect(axis.ticks.count < 3_000)
    }
  }
}
