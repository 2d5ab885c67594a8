import TestSupport
import Testing

@Suite struct CommunicatorCollectivesTests {
  @Test(arguments: 1...4) func collectivesBringTogetherWhatRanksGive(ranks: Int) throws {
    let outcome = try MPIRun.check("collectives", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
