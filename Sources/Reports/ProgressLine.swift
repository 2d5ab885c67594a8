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
      return fitted("\(phase) \(done)/\(count)\(remaining(done, count, time, unit: nil))")
    case .notice: return nil
    case .step(let step):
      guard time - lastShown >= Self.interval || step.step == step.steps else { return nil }
      lastShown = time
      let losses = zip(tasks, step.losses).map { "\($0) \(String(format: "%.2f", $1))" }.joined(separator: "  ")
      return fitted(
        "step \(step.step)/\(step.steps)\(remaining(step.step - step.before, step.steps - step.before, time, unit: "step"))  \(losses)"
      )
    }
  }

  private func remaining(_ done: Int, _ count: Int, _ time: Double, unit: String?) -> String {
    let elapsed = time - phaseStart
    guard done > 0, elapsed > 0 else { return "" }
    let left = elapsed / Double(done) * Double(count - done)
    let rate = unit.map { unit in
      let perSecond = Double(done) / elapsed
      return perSecond >= 1
        ? String(format: "  %.1f ", perSecond) + "\(unit)s/s" : String(format: "  %.1f s/", 1 / perSecond) + unit
    }
    return (rate ?? "") + "  \(Numbers.duration(left)) left"
  }

  private func fitted(_ text: String) -> String {
    text.count < columns ? text : String(text.prefix(max(1, columns - 2))) + "…"
  }
}
