import Testing

@testable import Communication

@Suite struct ActivityReportTests {
  private func report(_ place: Place, _ awaited: Awaited? = nil) -> ActivityReport {
    ActivityReport(done: 7, effort: Effort(processor: 1, transfers: 2), awaited: awaited, place: place)
  }

  @Test func whatGoesInComesOut() {
    for awaited in [nil, Awaited(operation: .receive, count: 0), Awaited(operation: .gather, count: 900)] {
      let report = report(Place(phase: "adapting", step: 12), awaited)
      #expect(report.awaited == awaited)
      #expect(report.place == Place(phase: "adapting", step: 12))
      #expect(report.done == 7 && report.effort == Effort(processor: 1, transfers: 2))
    }
  }

  @Test func aLongPhaseIsCutShort() {
    let phase = String(repeating: "abcdefgh", count: 5)
    #expect(report(Place(phase: phase)).place.phase == String(phase.prefix(32)))
    #expect(report(Place(phase: "")).place.phase == "")
  }

  /// It travels as bytes, at one size for all.
  @Test func itIsSmall() { #expect(MemoryLayout<ActivityReport>.size <= 128) }
}
