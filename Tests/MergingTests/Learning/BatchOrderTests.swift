import Testing

@testable import Merging

@Suite struct BatchOrderTests {
  private func batches(_ order: BatchOrder, _ steps: Range<Int>) -> [[Int]] {
    var order = order
    return steps.map { order.batch(step: $0) }
  }

  private func order(
    task: Int = 0, count: Int, batch: Int, seed: UInt64 = 0, shuffles: Bool = true
  ) -> BatchOrder {
    BatchOrder(task: task, count: count, batchSize: batch, seed: seed, shuffles: shuffles)
  }

  @Test func inOrderInputJOfStepSIsSBPlusJ() {
    for (count, size) in [(24, 4), (10, 4), (3, 7), (1, 2)] {
      let got = batches(order(count: count, batch: size, shuffles: false), 0..<9)
      #expect(got == (0..<9).map { step in (0..<size).map { (step * size + $0) % count } })
    }
  }

  @Test func everyPassIsAPermutation() {
    for (count, size) in [(24, 4), (10, 4), (7, 16), (1, 3)] {
      let all = batches(order(count: count, batch: size), 0..<6 * count).flatMap { $0 }
      for pass in 0..<all.count / count {
        #expect(all[pass * count..<(pass + 1) * count].sorted() == Array(0..<count))
      }
    }
  }

  @Test func stepsAreKnownInAnyOrder() {
    let order = order(count: 10, batch: 4)
    let all = batches(order, 0..<20)
    for step in [19, 3, 3, 12, 0] { #expect(batches(order, step..<step + 1) == [all[step]]) }
  }

  @Test func permutationsDifferByPassTaskAndSeed() {
    func pass(_ task: Int, _ seed: UInt64, _ pass: Int) -> [Int] {
      batches(order(task: task, count: 50, batch: 50, seed: seed), pass..<pass + 1)[0]
    }
    var seen: Set<[Int]> = [Array(0..<50)]
    for task in 0..<3 {
      for seed in UInt64(0)..<3 {
        for number in 0..<3 {
          // Task t of seed s and task t + 1 of seed s − 1 draw alike, which no one run does.
          let isNew = seen.insert(pass(task, seed * 100, number)).inserted
          #expect(isNew, "task \(task), seed \(seed * 100), pass \(number)")
        }
      }
    }
    #expect(pass(1, 7, 2) == pass(1, 7, 2))
  }

  /// The bytes of a merge hang on this sequence: values of the published generator with state 0 (its reference
  /// implementation's first outputs).
  @Test func theGeneratorIsSplitMix64() {
    var generator = SplitMix64(state: 0)
    #expect(generator.next() == 0xe220_a839_7b1d_cdaf)
    #expect(generator.next() == 0x6e78_9e6a_a1b9_65f4)
    #expect(generator.next() == 0x06c4_5d18_8009_454f)
  }
}
