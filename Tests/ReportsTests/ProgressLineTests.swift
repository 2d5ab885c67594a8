import Testing

@testable import Merging
@testable import Reports

@Suite struct ProgressLineTests {
  /// Seconds that pass when a test says so.
  final class Clock {
    var seconds = 1_000.0
  }

  let clock = Clock()

  func line(columns: Int = 200, tasks: [String] = ["alpha", "beta"]) -> ProgressLine {
    ProgressLine(columns: columns, tasks: tasks, now: { [clock] in clock.seconds })
  }

  func step(_ step: Int, of steps: Int = 500, losses: [Double] = [0.5, 1.234]) -> MergeEvent {
    .step(MergeEvent.StepEvent(step: step, steps: steps, losses: losses))
  }

  @Test func namesThePhase() {
    var line = line()
    #expect(line.text(for: .phase("factoring")) == "factoring …")
  }

  @Test func showsStepRateTimeLeftAndLosses() {
    var line = line()
    _ = line.text(for: .phase("adapting"))
    clock.seconds += 40
    #expect(line.text(for: step(100)) == "step 100/500  2.5 steps/s  2 min 40 s left  alpha █ 0.50  beta █ 1.23")
  }

  @Test func showsSlowStepsTheOtherWayRound() {
    var line = line()
    _ = line.text(for: .phase("adapting"))
    clock.seconds += 300
    #expect(line.text(for: step(100)) == "step 100/500  3.0 s/step  20 min 0 s left  alpha █ 0.50  beta █ 1.23")
  }

  @Test func showsPartsOfAPhase() {
    var line = line()
    _ = line.text(for: .phase("factoring"))
    clock.seconds += 3
    #expect(line.text(for: .progress(done: 30, of: 144)) == "factoring 30/144  10.0/s  11.4 s left")
    #expect(line.text(for: .progress(done: 0, of: 0)) == nil)
  }

  @Test func measuresTheTimeFromThePhasesBeginning() {
    var line = line()
    _ = line.text(for: .phase("factoring"))
    clock.seconds += 1_000
    _ = line.text(for: .phase("adapting"))
    clock.seconds += 1
    #expect(line.text(for: step(1, of: 3))?.hasPrefix("step 1/3  1.0 steps/s  2.0 s left") == true)
  }

  @Test func knowsNoRateBeforeTimeHasPassed() {
    var line = line()
    _ = line.text(for: .phase("adapting"))
    #expect(line.text(for: step(1)) == "step 1/500  alpha █ 0.50  beta █ 1.23")
  }

  /// Twenty tasks' names are too long for a terminal: their bars are not, and come first.
  @Test func showsManyTasksAsBars() {
    var line = line(columns: 100, tasks: (1...20).map { "a long name \($0)" })
    _ = line.text(for: .phase("adapting"))
    _ = line.text(for: step(1, losses: [Double](repeating: 1, count: 20)))
    clock.seconds += 10
    let losses = (1...20).map { Double($0) / 20 }
    let text = line.text(for: step(2, losses: losses))
    #expect(
      text?.hasPrefix("step 2/500  5.0 s/step  41 min 30 s left  ▁▁▂▂▃▃▃▄▄▅▅▅▆▆▇▇▇███  a long name 1 0.05") == true)
  }

  @Test func changesTenTimesASecondAtMost() {
    var line = line()
    _ = line.text(for: .phase("adapting"))
    var shown: [Int] = []
    for number in 1...100 {
      clock.seconds += 0.03
      if line.text(for: step(number, of: 100)) != nil { shown.append(number) }
    }
    // Every fourth step is the first at which 0.1 s have passed; the last is always shown.
    #expect(shown == Array(stride(from: 1, through: 97, by: 4)) + [100])
  }

  @Test func showsAPhaseAtOnce() {
    var line = line()
    _ = line.text(for: .phase("adapting"))
    clock.seconds += 1
    _ = line.text(for: step(1))
    #expect(line.text(for: .phase("evaluating")) == "evaluating …")
    #expect(line.text(for: .progress(done: 1, of: 9)) != nil)
  }

  @Test(arguments: 1...90)
  func staysWithinTheTerminal(columns: Int) throws {
    var line = line(columns: columns, tasks: ["alpha", "βήτα", "gamma"])
    _ = line.text(for: .phase("adapting"))
    clock.seconds += 10
    let shown = line.text(for: step(100, losses: [0.5, 1.234, 0.25]))
    let text = try #require(shown)
    let beginning = "step 100/500  10.0 steps/s  40.0 s left  "
    let whole = beginning + "alpha █ 0.50  βήτα █ 1.23  gamma █ 0.25"
    let barsFirst = beginning + "███  alpha 0.50  βήτα 1.23  gamma 0.25"
    // Some terminals wrap when the last column is written.
    #expect(text.count < max(columns, 3))
    #expect(text == whole || text == barsFirst || text.last == "…" && barsFirst.hasPrefix(text.dropLast()))
    #expect((text == whole) == (columns > whole.count))
  }
}
