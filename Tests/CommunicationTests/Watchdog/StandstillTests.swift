import Testing

@testable import Communication

@Suite struct StandstillTests {
  private func text(
    _ kind: Standstill.Kind, ranks: [Int], waiting: [Standstill.Waiting] = [], seconds: Double = 300
  ) -> String {
    Standstill(
      kind: kind, culprits: ranks.map { Standstill.Culprit(rank: $0, host: "b", place: "factoring") },
      waiting: waiting, seconds: seconds, since: "02:13:05"
    ).description
  }

  @Test func oneSentenceNamesTheRankAndThoseThatWait() {
    #expect(
      text(
        .silent, ranks: [2],
        waiting: [
          Standstill.Waiting(ranks: [0], what: "for a message of rank 2"),
          Standstill.Waiting(ranks: [1, 3], what: "in a sum over 4 ranks"),
        ])
        == "the job stands still: rank 2 on b (factoring) has said nothing since 02:13:05 (300 s): the process is frozen, "
        + "or a host or the network to it is lost; rank 0 waits for a message of rank 2; ranks 1 and 3 wait in a sum over "
        + "4 ranks")
    #expect(
      text(.idle, ranks: [2], seconds: 3.14).hasPrefix(
        "the job stands still: rank 2 on b (factoring) stands still since 02:13:05 (3.1 s), waiting for no other rank"))
    #expect(
      text(.endless, ranks: [0, 1]).contains("rank 0 on b (factoring) and rank 1 on b (factoring) compute and have"))
    #expect(
      text(.deadlock, ranks: []) == "the job stands still: all ranks wait for each other since 02:13:05 (300 s)")
  }

  @Test func aLargeJobIsNotListedInFull() {
    let all = Array(0..<100)
    let text = text(.silent, ranks: all, waiting: [Standstill.Waiting(ranks: all, what: "in a sum over 100 ranks")])
    #expect(text.contains("rank 15 on b (factoring) and 84 more have said nothing"))
    let ranks = (0..<16).map { "\($0)" }.joined(separator: ", ")
    #expect(text.hasSuffix("; ranks \(ranks) and 84 more wait in a sum over 100 ranks"))
  }

  @Test func theTimeOfDayIsToldInTwoDigits() {
    let since = Standstill(kind: .deadlock, culprits: [], waiting: [], seconds: 1).since
    #expect(since.wholeMatch(of: /[0-2][0-9]:[0-5][0-9]:[0-6][0-9]/) != nil, "\(since)")
  }
}
