import TestSupport
import Testing

@Suite struct InferenceTests {
  @Test(arguments: 1...4) func labelsAreThoseOfTheGoldenExperts(ranks: Int) throws {
    let outcome = try MPIRun.check("expert-labels", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
