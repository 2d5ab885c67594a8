import TestSupport
import Testing

@Suite struct JobTests {
  @Test(arguments: 1...4) func ranksKnowTheirNodes(ranks: Int) throws {
    let outcome = try MPIRun.check("job", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
