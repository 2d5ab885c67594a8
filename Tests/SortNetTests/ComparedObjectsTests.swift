import Testing

@testable import SortNet

@Suite struct ComparedObjectsTests {
  /// Rows of features of very different sizes, some of them 0.
  private static func rows(_ count: Int, _ features: Int, seed: UInt64) -> [[Double]] {
    var stream = RandomStream(seed: seed, .pairs)
    return (0..<count).map { _ in
      (0..<features).map { _ in
        stream.below(8) == 0 ? 0 : stream.symmetric(1) * [1e-9, 0.1, 1, 1, 3, 1e6][stream.below(6)]
      }
    }
  }

  /// N_>(x, y) == N_<(y, x) for a million random pairs, bit for bit; and the order asked for is the order given.
  @Test func aMillionPairsAreAntisymmetricToTheBit() {
    var stream = RandomStream(seed: 5, .pairs)
    let objects = ComparedObjects(
      Comparator(featureCount: 6, hiddenCount: 5, seed: 8), Self.rows(4_000, 6, seed: 9))
    var (unequal, ties, twoFaced) = (0, 0, 0)
    var pair = 0
    while pair < 1_000_000 {
      let (x, y) = (stream.below(4_000), stream.below(4_000))
      let (there, back) = (objects.output(x, y), objects.output(y, x))
      if there.greater.bitPattern != back.less.bitPattern || there.less.bitPattern != back.greater.bitPattern {
        unequal += 1
      }
      if there.greater == there.less { ties += 1 }
      if pair % 10 == 0, objects.preference(x, y) != -objects.preference(y, x) { twoFaced += 1 }
      pair += 1
    }
    #expect(unequal == 0)
    #expect(twoFaced == 0)
    // Chance pairs a document with itself now and then, and two far out on the same side are hardly told apart.
    #expect(ties < 20_000)
  }

  @Test(arguments: [(1, 1), (1, 7), (3, 1), (4, 16), (0, 2)])
  func antisymmetryHoldsForAllShapes(features: Int, hidden: Int) {
    for seed in 0..<10 as Range<UInt64> {
      let objects = ComparedObjects(
        Comparator(featureCount: features, hiddenCount: hidden, seed: seed), Self.rows(20, features, seed: seed))
      for x in 0..<20 {
        #expect(objects.preference(x, x) == 0)
        for y in 0..<20 {
          let (there, back) = (objects.output(x, y), objects.output(y, x))
          #expect(there.greater.bitPattern == back.less.bitPattern)
          #expect(objects.preference(x, y) == -objects.preference(y, x))
        }
      }
    }
  }

  @Test func outputsAreTheFormulas() {
    let comparator = Comparator(featureCount: 3, hiddenCount: 4, seed: 6)
    let rows = Self.rows(30, 3, seed: 1).map { $0.map { min(max($0, -5), 5) } }
    let objects = ComparedObjects(comparator, rows)
    #expect(objects.count == 30)
    let w = comparator.parameters
    func a(_ i: Int, _ x: [Double]) -> Double {
      var sum = 0.0
      for feature in 0..<3 { sum += w[feature * 8 + i] * x[feature] }
      return sum
    }
    func b(_ i: Int, _ x: [Double]) -> Double { a(i + 4, x) }
    func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-13 }
    func phi(_ z: Double) -> Double { z / (1 + z * z).squareRoot() }
    for (x, y) in [(0, 1), (2, 29), (7, 7), (12, 3)] {
      var (greater, less) = (w[36], w[36])
      for i in 0..<4 {
        let h = phi(a(i, rows[x]) + b(i, rows[y]) + w[24 + i])
        let k = phi(b(i, rows[x]) + a(i, rows[y]) + w[24 + i])
        greater += w[28 + i] * h + w[32 + i] * k
        less += w[28 + i] * k + w[32 + i] * h
      }
      let output = objects.output(x, y)
      #expect(isClose(output.greater, (1 + phi(greater)) / 2))
      #expect(isClose(output.less, (1 + phi(less)) / 2))
      #expect(isClose(objects.preference(x, y), greater - less))
      #expect((output.greater > output.less) == (objects.preference(x, y) > 1e-15))
    }
  }

  /// ψ takes both sums for 1 here, and the order is known all the same.
  @Test func preferencesReachBeyondTheOutputs() {
    let comparator = Comparator(featureCount: 1, hiddenCount: 1, parameters: [1, 0, 0, 1e9, -1, 3e9])
    let objects = ComparedObjects(comparator, [[1], [0]])
    let output = objects.output(0, 1)
    #expect(output.greater == 1 && output.less == 1)
    #expect(objects.preference(0, 1) > 0 && objects.preference(1, 0) < 0)
  }

  @Test func aComparatorComesFromItsSeed() {
    func comparator(_ seed: UInt64, _ round: Int = 0) -> Comparator {
      Comparator(featureCount: 5, hiddenCount: 3, seed: seed, round: round)
    }
    #expect(comparator(1) == comparator(1))
    #expect(comparator(1) != comparator(2) && comparator(1) != comparator(1, 1))
    #expect(comparator(1).parameters.count == 2 * 5 * 3 + 3 + 2 * 3 + 1)
  }
}
