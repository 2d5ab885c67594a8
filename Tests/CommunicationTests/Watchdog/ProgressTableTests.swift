import Testing

@testable import Communication

@Suite struct ProgressTableTests {
  private static let hosts = ["a", "a", "b", "b"]
  private let barrier = Awaited(operation: .barrier, count: 4)

  private func table() -> ProgressTable {
    ProgressTable(hosts: Self.hosts, limit: 10, interval: 1, place: Place(phase: "starting"))
  }

  private func report(
    done: Int, awaited: Awaited? = nil, processor: Int = 0, transfers: Int = 0, _ phase: String = "adapting",
    step: Int = 0
  ) -> ActivityReport {
    ActivityReport(
      done: done, effort: Effort(processor: processor, transfers: transfers), awaited: awaited,
      place: Place(phase: phase, step: step))
  }

  /// Reports every second; the ranks for which `report` gives nil say nothing.
  ///
  /// - Returns: what was found first, and when.
  private func watch(
    _ table: inout ProgressTable, until end: Int, _ report: (_ rank: Int, _ time: Int) -> ActivityReport?
  ) -> (standstill: Standstill, time: Int)? {
    for time in 1...end {
      for rank in Self.hosts.indices {
        if let report = report(rank, time) { table.note(report, of: rank, at: Double(time)) }
      }
      if let standstill = table.standstill(at: Double(time)) { return (standstill, time) }
    }
    return nil
  }

  @Test func ranksThatGetSomethingDoneAreLeftAlone() {
    var table = table()
    #expect(watch(&table, until: 100) { _, time in report(done: time / 9) } == nil)
  }

  @Test func aRankMayWaitForASlowOne() {
    var table = table()
    let found = watch(&table, until: 100) { rank, time in
      rank == 2 ? report(done: time / 9) : report(done: 0, awaited: barrier)
    }
    #expect(found == nil)
  }

  /// One item of work may take longer than the limit, as long as it computes or reads.
  @Test func aRankMayComputeOrReadForLong() {
    for effort in [(20_001, 0), (0, 1)] {
      var table = table()
      let found = watch(&table, until: 99) { rank, time in
        rank == 2
          ? report(done: 0, processor: effort.0 * time, transfers: effort.1 * (time / 5))
          : report(done: 0, awaited: barrier)
      }
      #expect(found == nil)
    }
  }

  @Test func aRankThatComputesForEverIsFound() throws {
    var table = table()
    let found = try #require(
      watch(&table, until: 200) { rank, time in
        rank == 2 ? report(done: 0, processor: 500_000 * time) : report(done: 0, awaited: barrier)
      })
    #expect(found.standstill.kind == .endless && found.time == 101)
    #expect(found.standstill.culprits.map(\.rank) == [2])
  }

  @Test func aRankThatIsNotHeardOfIsNamed() throws {
    var table = table()
    let found = try #require(
      watch(&table, until: 100) { rank, time in
        guard rank == 3 else { return report(done: 0, awaited: Awaited(operation: .receive, count: 3)) }
        return time <= 20 ? report(done: time, "adapting", step: 17) : nil
      })
    #expect(found.time == 31)
    #expect(
      found.standstill
        == Standstill(
          kind: .silent, culprits: [Standstill.Culprit(rank: 3, host: "b", place: "adapting, after step 17")],
          waiting: [Standstill.Waiting(ranks: [0, 1, 2], what: "for a message of rank 3")], seconds: 11,
          since: found.standstill.since))
  }

  /// Ranks that go silent together are named together, though the table hears of each at another moment.
  @Test func aLostHostIsNamedWithAllItsRanks() throws {
    var table = table()
    let found = try #require(
      watch(&table, until: 100) { rank, time in
        rank < 2 ? report(done: time) : time <= 18 + rank ? report(done: time) : nil
      })
    #expect(found.standstill.kind == .silent)
    #expect(found.standstill.culprits.map(\.rank) == [2, 3])
  }

  @Test func aRankThatDoesNothingIsNamed() throws {
    var table = table()
    let found = try #require(
      watch(&table, until: 100) { rank, time in
        rank == 1
          ? report(done: min(time, 20), processor: 19_000 * time, "factoring") : report(done: 5, awaited: barrier)
      })
    #expect(found.standstill.kind == .idle && found.time == 31)
    #expect(found.standstill.culprits == [Standstill.Culprit(rank: 1, host: "a", place: "factoring")])
    #expect(found.standstill.waiting == [Standstill.Waiting(ranks: [0, 2, 3], what: "for 4 ranks to meet")])
  }

  @Test func ranksThatAllWaitAreADeadlock() throws {
    var table = table()
    let found = try #require(
      watch(&table, until: 100) { rank, time in
        report(done: time <= 5 ? time : 5, awaited: Awaited(operation: .receive, count: (rank + 1) % 4))
      })
    #expect(found.standstill.kind == .deadlock && found.time == 16)
    #expect(found.standstill.culprits == [])
    #expect(
      found.standstill.waiting
        == [1, 2, 3, 0].enumerated().map {
          Standstill.Waiting(ranks: [$0.offset], what: "for a message of rank \($0.element)")
        })
  }

  /// A request that is completed now and then is progress, though whoever looks always finds the rank waiting.
  @Test func ranksThatWaitInTurnAreNone() {
    var table = table()
    #expect(watch(&table, until: 100) { rank, time in report(done: (time + rank) / 9, awaited: barrier) } == nil)
  }
}
