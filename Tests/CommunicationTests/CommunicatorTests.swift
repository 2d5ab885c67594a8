import TestSupport
import Testing

@Suite struct CommunicatorTests {
  @Test(arguments: 1...4) func messagesOfEveryTypeAndSizeArrive(ranks: Int) throws {
    let outcome = try MPIRun.check("messages", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: 1...4) func partsHaveTheRanksOfTheirColour(ranks: Int) throws {
    let outcome = try MPIRun.check("split", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
