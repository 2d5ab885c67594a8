import TestSupport
import Testing

@Suite struct SharedBodyTests {
  @Test(arguments: [2, 3]) func phasesGiveTheirMemoryBack(ranks: Int) throws {
    let outcome = try MPIRun.check("freed-phases", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
