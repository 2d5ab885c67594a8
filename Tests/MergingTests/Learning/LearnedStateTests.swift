import TestSupport
import Testing

@Suite struct LearnedStateTests {
  @Test(arguments: [1, 3]) func tensorsHaveTheNamesAndShapesOfTheInterface(ranks: Int) throws {
    let outcome = try MPIRun.check("learned-state", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
