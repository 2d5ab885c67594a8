import Testing

@testable import SortNet

@Suite struct MergeSortTests {
  /// n·⌈log₂ n⌉.
  private func most(_ count: Int) -> Int { count < 2 ? 0 : count * (Int.bitWidth - (count - 1).leadingZeroBitCount) }

  /// Every relation there is among up to four elements, transitive or not: the sort ends, holds each once, and puts no two
  /// side by side that it did not compare.
  @Test(arguments: 0...4)
  func endsWhateverTheComparisonsSay(count: Int) {
    let pairs = (0..<count).flatMap { x in (0..<x).map { (x, $0) } }
    // For each pair: the one goes first, the other, or neither.
    let relations = pairs.reduce(1) { product, _ in product * 3 }
    for relation in 0..<relations {
      var (rest, answers) = (relation, [[Int]](repeating: [Int](repeating: 0, count: count), count: count))
      for (x, y) in pairs {
        answers[x][y] = rest % 3 - 1
        answers[y][x] = 1 - rest % 3
        rest /= 3
      }
      var asked: Set<[Int]> = []
      let sorted = MergeSort.sort(Array(0..<count)) { later, earlier in
        #expect(later > earlier)
        #expect(asked.insert([later, earlier]).inserted)
        return answers[later][earlier] > 0
      }
      #expect(sorted.order.sorted() == Array(0..<count))
      #expect(sorted.comparisons == asked.count && sorted.comparisons <= most(count))
      for (x, y) in zip(sorted.order, sorted.order.dropFirst()) {
        #expect(asked.contains([max(x, y), min(x, y)]))
        // Neighbours stand as the comparison wanted it; in a tie as they began.
        let answer = answers[x][y]
        #expect(answer > 0 || (answer == 0 && x < y))
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 7, 8, 9, 100, 1_000, 1_023, 1_024, 1_025])
  func sortsStably(count: Int) {
    var stream = RandomStream(seed: UInt64(count), .pairs)
    let keys = (0..<count).map { _ in stream.below(max(1, count / 4)) }
    let start = stream.permutation(count)
    let sorted = MergeSort.sort(start) { keys[$0] > keys[$1] }
    let place = Dictionary(uniqueKeysWithValues: start.enumerated().map { ($1, $0) })
    let wanted = start.sorted { keys[$0] == keys[$1] ? place[$0]! < place[$1]! : keys[$0] > keys[$1] }
    #expect(sorted.order == wanted)
    #expect(sorted.comparisons <= most(count))
  }

  /// A comparison that answers at random, otherwise each time: still an order, in time.
  @Test func endsWithoutRhymeOrReason() {
    var stream = RandomStream(seed: 1, .pairs)
    let sorted = MergeSort.sort(Array(0..<5_000)) { _, _ in stream.below(2) == 0 }
    #expect(sorted.order.sorted() == Array(0..<5_000))
    #expect(sorted.comparisons <= most(5_000))
  }
}
