import TestSupport
import Testing

@Suite struct MergeTests {
  /// Same recipe, same bytes: the checks compare nodes and threads, this test the numbers of ranks.
  @Test func mergedBytesDependNeitherOnRanksNorNodesNorThreads() throws {
    var digests: [[String]] = []
    for ranks in 1...4 {
      let outcome = try MPIRun.check("digests", ranks: ranks)
      #expect(outcome.holds, "\(outcome.output)")
      digests.append(outcome.lines.filter { $0.hasPrefix("digest ") })
      #expect(digests.last == digests.first, "\(ranks) ranks")
    }
    #expect(digests[0].count == 26)
    #expect(Set(digests[0].map { $0.split(separator: " ").last }).count == 26, "two merges have one digest")
  }
}
