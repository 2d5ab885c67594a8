import Foundation
import Merging

/// The line that shows a merge's progress on a terminal: phase, step, rate, time left, and each task's loss.
package struct ProgressLine {
  private let columns: Int
  private let tasks: [String]
  private let now: () -> Double
  private var phase = ""
  private var phaseStart = 0.0
  private var lastShown = -Double.infinity
  private var bars = LossBars()

  /// Seconds between two showings of the line.
  private static let interval = 0.1

  /// - Parameters:
  ///   - columns: the terminal's width.
  ///   - tasks: their names.
  ///   - now: seconds of a clock.
  package init(columns: Int, tasks: [String], now: @escaping () -> Double) {
    self.columns = columns
    self.tasks = tasks
    self.now = now
  }

  /// The text to show for an event, as wide as the terminal at most; nil where the line stays as it is.
  package mutating func text(for event: MergeEvent) -> String? {
    let time = now()
    switch event {
    case .phase(let name):
      (phase, phaseStart, lastShown) = (name, time, -Double.infinity)
      return fitted(name + " …")
    case .progress(let done, let count):
      guard count > 0, time - lastShown >= Self.interval || done == count else { return nil }
      lastShown = time
      let rate = ProgressRate(elapsed: time - phaseStart, done: done, count: count)
      return fitted("\(phase) \(done)/\(count)\(rate.text(unit: nil))")
    case .notice: return nil
    case .step(let step):
      bars.note(step.losses)
      guard time - lastShown >= Self.interval || step.step == step.steps else { return nil }
      lastShown = time
      let rate = ProgressRate(
        elapsed: time - phaseStart, done: step.step - step.before, count: step.steps - step.before)
      return text("step \(step.step)/\(step.steps)\(rate.text(unit: "step"))", step.losses)
    }
  }

  /// Each task's loss behind its name, with a bar between them; where that is too wide, all bars first.
  private func text(_ beginning: String, _ losses: [Double]) -> String {
    let values = losses.map { String(format: "%.2f", $0) }
    let bars = losses.enumerated().map { self.bars.bar($1, task: $0) }
    let whole = zip(zip(tasks, bars), values).map { "\($0.0) \($0.1) \($1)" }.joined(separator: "  ")
    let line = "\(beginning)  \(whole)"
    if line.count < columns { return line }
    return fitted("\(beginning)  \(String(bars))  " + zip(tasks, values).map { "\($0) \($1)" }.joined(separator: "  "))
  }

  private func fitted(_ text: String) -> String {
    text.count < columns ? text : String(text.prefix(max(1, columns - 2))) + "…"
  }
}
