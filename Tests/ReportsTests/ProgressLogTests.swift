import Testing

@testable import Merging
@testable import Reports

@Suite struct ProgressLogTests {
  final class Clock {
    var seconds = 1_000.0
  }

  private let clock = Clock()

  private func log() -> ProgressLog { ProgressLog(tasks: ["alpha", "beta"], now: { [clock] in clock.seconds }) }

  private func step(_ step: Int, of steps: Int = 500) -> MergeEvent {
    .step(MergeEvent.StepEvent(step: step, steps: steps, losses: [0.5, 1.234]))
  }

  @Test func saysPhasesAndTheFirstStep() {
    var log = log()
    #expect(log.line(for: .phase("reading")) == "[0.0 s] reading …")
    clock.seconds += 3
    #expect(log.line(for: .progress(done: 3, of: 9)) == nil)
    #expect(log.line(for: .phase("adapting")) == "[3.0 s] adapting …")
    clock.seconds += 2
    #expect(log.line(for: step(1)) == "[5.0 s] step 1/500  2.0 s/step  16 min 38 s left  alpha 0.50  beta 1.23")
    #expect(log.line(for: step(2)) == nil)
    #expect(log.line(for: .notice("x")) == nil)
  }

  @Test func saysALineAMinuteAtMost() {
    var log = log()
    _ = log.line(for: .phase("adapting"))
    var said: [Int] = []
    for number in 1...400 {
      clock.seconds += 1
      if log.line(for: step(number)) != nil { said.append(number) }
    }
    #expect(said == [1, 61, 121, 181, 241, 301, 361])
  }

  @Test func longPhasesAreSaidToo() {
    var log = log()
    _ = log.line(for: .phase("factoring"))
    clock.seconds += 60
    #expect(log.line(for: .progress(done: 30, of: 90)) == "[1 min 0 s] factoring 30/90  2.0 s each  2 min 0 s left")
  }
}
