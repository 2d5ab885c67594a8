import TestSupport
import Testing

@Suite struct AgreementTests {
  @Test(arguments: 1...4) func oneRanksFailureIsEverybodys(ranks: Int) throws {
    let outcome = try MPIRun.check("agreement", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
