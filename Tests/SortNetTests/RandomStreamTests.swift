import Testing

@testable import SortNet

@Suite struct RandomStreamTests {
  /// The sequence of Vigna's splitmix64.c from 0, which the stream of that state gives.
  @Test func isSplitMix64() {
    var stream = RandomStream(seed: 0, .weights)
    // Seed 0, purpose 0 and round 0 mix to the state 0.
    #expect(stream.next() == 0xe220_a839_7b1d_cdaf)
    #expect(stream.next() == 0x6e78_9e6a_a1b9_65f4)
  }

  @Test func streamsDiffer() {
    var firsts: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for purpose in [RandomStream.Purpose.weights, .startingOrder, .mistakes, .pairs] {
        for round in 0..<20 {
          var stream = RandomStream(seed: seed, purpose, round: round)
          firsts.insert(stream.next())
        }
      }
    }
    // Purposes add to the seed, so that 20 seeds of 4 purposes are 23 different states.
    #expect(firsts.count == 23 * 20)
  }

  @Test func numbersLieWhereTheyShould() {
    var stream = RandomStream(seed: 1, .weights)
    let units = (0..<2_000).map { _ in stream.unit() }
    #expect(units.allSatisfy { (0..<1).contains($0) })
    let sum = units.reduce(0, +)
    #expect((960...1_040).contains(sum))
    #expect((0..<2_000).allSatisfy { _ in (-3..<3).contains(stream.symmetric(3)) })
    #expect(Set((0..<500).map { _ in stream.below(7) }) == Set(0..<7))
  }

  @Test func permutes() {
    var stream = RandomStream(seed: 2, .startingOrder)
    #expect(stream.permutation(0) == [] && stream.permutation(1) == [0])
    let order = stream.permutation(100)
    #expect(order.sorted() == Array(0..<100) && order != Array(0..<100))
    #expect(Set((0..<200).map { _ in stream.permutation(3) }).count == 6)
  }

  @Test(arguments: [(5, 3), (5, 5), (1, 1_000), (7, 1_000), (999, 1_000), (0, 0)])
  func samples(size: Int, count: Int) {
    var stream = RandomStream(seed: 3, .pairs)
    let sample = stream.sample(size, of: count)
    #expect(sample.count == min(size, count))
    #expect(sample == Set(sample).sorted() && sample.allSatisfy { (0..<count).contains($0) })
  }

  @Test func samplesEvenly() {
    var stream = RandomStream(seed: 4, .pairs)
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<1_000 { for index in stream.sample(3, of: 10) { counts[index] += 1 } }
    #expect(counts.allSatisfy { (200...400).contains($0) }, "\(counts)")
  }
}
