import Testing

@testable import SortNet

@Suite struct ResilientPropagationTests {
  private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-14 }

  /// Worked out by hand from the rule.
  @Test func stepsGrowAndShrink() {
    var descent = ResilientPropagation(count: 1, step: 1)
    var x = [0.0]
    func after(_ slope: Double) -> Double {
      descent.descend(&x, gradient: [slope])
      return x[0]
    }
    #expect(after(5) == -1)
    #expect(after(0.1) == -2.2)
    // The sign changes: half the step, and no move.
    #expect(after(-3) == -2.2)
    // After that the old slope counts for nothing: the step stays 0.6.
    #expect(isClose(after(-3), -1.6))
    #expect(isClose(after(-1), -0.88))
    #expect(isClose(after(0), -0.88))
  }

  @Test func stepsHaveLimits() {
    var descent = ResilientPropagation(count: 2, step: 1)
    var x = [0.0, 0.0]
    for step in 0..<200 { descent.descend(&x, gradient: [1, step % 2 == 0 ? 1 : -1]) }
    let before = x
    descent.descend(&x, gradient: [1, 1])
    #expect(before[0] - x[0] == 50)
    #expect(abs(x[1] - before[1]) <= 1.001e-6)
  }

  @Test func findsTheMinimumOfAValley() {
    var descent = ResilientPropagation(count: 2)
    var x = [3.0, -4.0]
    for _ in 0..<200 { descent.descend(&x, gradient: [2 * (x[0] - 1), 2_000 * (x[1] - 2)]) }
    let distances = (abs(x[0] - 1), abs(x[1] - 2))
    #expect(distances.0 < 1e-4 && distances.1 < 1e-4)
  }
}
