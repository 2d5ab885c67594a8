import Testing

@testable import Launch

@Suite struct WatchdogTests {
  @Test func fiveMinutesUnlessSomebodySaysOtherwise() {
    #expect(Watchdog.limit(requested: nil, environment: [:]) == 300)
    #expect(Watchdog.limit(requested: nil, environment: ["ADARANK_WATCHDOG": "12.5"]) == 12.5)
    #expect(Watchdog.limit(requested: 60, environment: ["ADARANK_WATCHDOG": "12.5"]) == 60)
    #expect(Watchdog.limit(requested: nil, environment: ["ADARANK_WATCHDOG": "soon"]) == 300)
  }

  @Test func zeroIsForEverAndLittleIsASecond() {
    #expect(Watchdog.limit(requested: 0, environment: [:]) == nil)
    #expect(Watchdog.limit(requested: nil, environment: ["ADARANK_WATCHDOG": "0"]) == nil)
    #expect(Watchdog.limit(requested: 0.1, environment: [:]) == 1)
  }
}
