import Testing

@testable import SortNet

@Suite struct RankingDataWritingTests {
  @Test func isReadAsItWasWritten() throws {
    var stream = RandomStream(seed: 1, .pairs)
    let extremes: [Float] = [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -1e-7, 16_777_216, 0.1]
    let count = 40
    let data = RankingData(
      featureCount: 5, features: (0..<count * 5).map { _ in extremes[stream.below(extremes.count)] },
      relevance: (0..<count).map { _ in [nil, 0, 1, 999_999_999][stream.below(4)] },
      comments: (0..<count).map { $0 % 3 == 0 ? "docid = \($0) # 2" : "" },
      queries: [.init(name: "q1", documents: 0..<13), .init(name: "ä", documents: 13..<40)])
    let folder = try ScratchFolder()
    let path = "\(folder.path)/data.txt"
    try data.write(to: path)
    #expect(try RankingData(path: path) == data)
    #expect(data.svmlight.hasPrefix("-1 qid:q1 1:") || data.svmlight.contains("\n-1 qid:"))
  }

  @Test func aCommentStaysOnItsLine() {
    let data = RankingData(
      featureCount: 1, features: [0.5], relevance: [2], comments: ["two\r\nlines\u{2028}"],
      queries: [.init(name: "1", documents: 0..<1)])
    #expect(data.svmlight == "2 qid:1 1:0.5 # two lines\n")
  }
}
