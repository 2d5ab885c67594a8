import Foundation
import Merging

/// Lines that say how far a merge is where no terminal shows it: where a phase begins, at the first step, and from time to
/// time.
package struct ProgressLog {
  private let tasks: [String]
  private let now: () -> Double
  private let start: Double
  private var phase = ""
  private var phaseStart = 0.0
  private var lastSaid = -Double.infinity
  private var hasStepped = false

  /// Seconds between two lines of one phase at least.
  private static let interval = 60.0

  /// - Parameters:
  ///   - tasks: their names.
  ///   - now: seconds of a clock.
  package init(tasks: [String], now: @escaping () -> Double) {
    self.tasks = tasks
    self.now = now
    start = now()
  }

  /// The line to write for an event, without its end; nil: none.
  package mutating func line(for event: MergeEvent) -> String? {
    let time = now()
    switch event {
    case .phase(let name):
      (phase, phaseStart, lastSaid) = (name, time, time)
      return stamped("\(name) …", time)
    case .progress(let done, let count):
      guard count > 0, time - lastSaid >= Self.interval else { return nil }
      lastSaid = time
      let rate = ProgressRate(elapsed: time - phaseStart, done: done, count: count)
      return stamped("\(phase) \(done)/\(count)\(rate.text(unit: nil))", time)
    case .notice: return nil
    case .step(let step):
      guard !hasStepped || time - lastSaid >= Self.interval else { return nil }
      (hasStepped, lastSaid) = (true, time)
      let rate = ProgressRate(
        elapsed: time - phaseStart, done: step.step - step.before, count: step.steps - step.before)
      let losses = zip(tasks, step.losses).map { "\($0) \(String(format: "%.2f", $1))" }.joined(separator: "  ")
      return stamped("step \(step.step)/\(step.steps)\(rate.text(unit: "step"))  \(losses)", time)
    }
  }

  private func stamped(_ text: String, _ time: Double) -> String { "[\(Numbers.duration(time - start))] \(text)" }
}
