import TestSupport
import Testing

@Suite struct ModelGatherTests {
  @Test func tensorsThatComeLateAreWrittenAllTheSame() throws {
    var digests: Set<String> = []
    for ranks in 1...4 {
      let outcome = try MPIRun.check("gather", ranks: ranks)
      #expect(outcome.holds, "\(ranks) ranks: \(outcome.output)")
      let lines = outcome.lines.filter { $0.hasPrefix("digest gather") }
      #expect(lines.count == 3)
      digests.formUnion(lines)
    }
    #expect(digests.count == 1)
  }
}
