import Testing

@testable import Tokenizers

@Suite struct MergeQueueTests {
  @Test func comesOutInOrderOfRankAndPosition() {
    var queue = MergeQueue()
    var expected: [[Int]] = []
    for step in 0..<500 {
      let rank = step * 7919 % 13
      let position = step * 104_729 % 499
      queue.add(MergeTable.Merge(rank: UInt32(rank), id: Int32(step)), at: position)
      expected.append([rank, position])
    }
    expected.sort { $0.lexicographicallyPrecedes($1) }
    var found: [[Int]] = []
    while let entry = queue.popFirst() { found.append([Int(entry.merge.rank), Int(entry.position)]) }
    #expect(found == expected)
  }
}
