import TestSupport
import Testing

/// Jobs whose ranks may stand still for three seconds.
@Suite struct HeartbeatTests {
  @Test(arguments: 1...4) func aSlowRankIsWaitedFor(ranks: Int) throws {
    let outcome = try MPIRun.check("heartbeat", ranks: ranks)
    #expect(outcome.holds, "\(outcome.output)")
  }

  /// Runs a check of a job that stands still, and returns what is said.
  private func message(
    _ check: String, ranks: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try MPIRun.check(check, ranks: ranks, seconds: 90)
    #expect(outcome.status == 7, "\(outcome.output)", sourceLocation: sourceLocation)
    let said = outcome.lines.filter { $0.contains("says: the job stands still: ") }
    #expect(said.count == 1, "\(outcome.output)", sourceLocation: sourceLocation)
    return said.first ?? ""
  }

  @Test(arguments: 1...4) func aRankThatDoesNothingIsNamed(ranks: Int) throws {
    let message = try message("idle", ranks: ranks)
    #expect(message.hasPrefix("rank 0 says: the job stands still: rank \(ranks - 1) on "), "\(message)")
    #expect(message.contains(" (resting) stands still since "), "\(message)")
    #expect(message.contains("for \(ranks) ranks to meet") == (ranks > 1), "\(message)")
  }

  @Test(arguments: 2...4) func aFrozenRankIsNamed(ranks: Int) throws {
    let message = try message("last-freezes", ranks: ranks)
    #expect(message.hasPrefix("rank 0 says: the job stands still: rank \(ranks - 1) on "), "\(message)")
    #expect(message.contains(" has said nothing since "), "\(message)")
    #expect(message.hasSuffix("\(ranks > 2 ? "wait" : "waits") for \(ranks) ranks to meet"), "\(message)")
  }

  @Test(arguments: 2...4) func theOthersNoticeWhereRankZeroFreezes(ranks: Int) throws {
    let message = try message("first-freezes", ranks: ranks)
    #expect(message.hasPrefix("rank 1 says: the job stands still: rank 0 on "), "\(message)")
    #expect(message.hasSuffix("rank 1 waits for \(ranks) ranks to meet"), "\(message)")
  }

  @Test(arguments: 2...4) func ranksThatWaitForEachOtherAreListed(ranks: Int) throws {
    let message = try message("deadlock", ranks: ranks)
    #expect(message.contains("all ranks wait for each other since "), "\(message)")
    for rank in 0..<ranks {
      #expect(message.contains("; rank \(rank) waits for a message of rank \((rank + 1) % ranks)"), "\(message)")
    }
  }
}
