import Testing

@testable import Merging

@Suite struct SampleChunksTests {
  /// Lengths of texts, and of pictures longer than a chunk.
  private let lengths = [[7], [50, 1, 12, 90, 30, 30, 120, 5, 64], [Int](repeating: 257, count: 5)]

  @Test func theLongestSampleSaysHowManyAreComputedTogether() {
    #expect(SampleChunks(tokens: [100, 100, 100, 100, 100]).all.map(\.samples) == [0..<2, 2..<4, 4..<5])
    #expect(SampleChunks(tokens: [1, 1, 128, 1, 7]).all.map(\.samples) == [0..<2, 2..<4, 4..<5])
    #expect(SampleChunks(tokens: [1, 1, 128, 1, 7]).all.map(\.tokens) == [2, 129, 7])
    #expect(SampleChunks(tokens: [257, 10]).all.map(\.samples) == [0..<1, 1..<2])
  }

  /// Every bound that makes a difference.
  @Test func groupsAreBoundedAndHoldEveryChunkOnce() {
    func count(_ group: [SampleChunks.Chunk]) -> Int { group.reduce(0) { $0 + $1.tokens } }
    for chunks in lengths.map({ SampleChunks(tokens: $0) }) {
      for most in 0...1_400 {
        let groups = chunks.groups(mostTokens: most)
        #expect(Array(groups.joined()) == chunks.all)
        #expect(groups.allSatisfy { $0.count == 1 || (count($0) <= most && !$0.isEmpty) }, "\(most)")
        // None could have taken in the chunk behind it.
        #expect(zip(groups, groups.dropFirst()).allSatisfy { count($0) + $1[0].tokens > most }, "\(most)")
      }
      #expect(chunks.groups(mostTokens: 0).count == chunks.all.count && chunks.groups(mostTokens: 1_400).count == 1)
    }
  }
}
