import TestSupport
import Testing

@Suite struct DisagreementRunTests {
  /// On every rank the check compares with a slow computation and with two threads, and says to the bit what it got.
  @Test func isTheSameOnAnyNumberOfRanks() throws {
    let outcomes = try [1, 2, 4].map { try MPIRun.check("disagreement", ranks: $0) }
    for outcome in outcomes { #expect(outcome.holds, "\(outcome.output)") }
    #expect(outcomes[0].lines.count == 7)
    #expect(outcomes[1].lines == outcomes[0].lines && outcomes[2].lines == outcomes[0].lines)
  }
}
