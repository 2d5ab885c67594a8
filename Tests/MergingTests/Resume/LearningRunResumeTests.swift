import TestSupport
import Testing

@Suite struct LearningRunResumeTests {
  @Test(arguments: 1...4) func aStoppedRunGoesOnToTheSameBytes(ranks: Int) throws {
    let outcome = try MPIRun.check("resume", ranks: ranks, seconds: 300)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
