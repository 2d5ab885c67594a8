import TestSupport
import Testing

@testable import Communication

@Suite struct JobTests {
  @Test(arguments: 1...4) func ranksKnowTheirNodes(ranks: Int) throws {
    let outcome = try MPIRun.check("job", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  /// UCX's limit is enough, and less is refused before any message is sent.
  @Test func tagsMustFitWhatMPIAllows() throws {
    try TagLimitError.check(limit: 1 << 23 - 1)
    try TagLimitError.check(limit: Int(Int32.max))
    let error = #expect(throws: TagLimitError.self) { try TagLimitError.check(limit: 1 << 22) }
    #expect("\(error!)".hasPrefix("this MPI allows message tags up to 4194304, but 8388607 is needed;"))
  }
}
