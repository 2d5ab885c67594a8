import TestSupport
import Testing

@Suite struct SharedMemoryTests {
  @Test(arguments: 1...4) func everyRankSeesWhatOthersWrote(ranks: Int) throws {
    let outcome = try MPIRun.check("shared-memory", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  @Test(arguments: 1...3) func whatIsFreedIsGone(ranks: Int) throws {
    let outcome = try MPIRun.check("freed-memory", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }
}
