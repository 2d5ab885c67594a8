import Foundation

/// How fast a phase goes, and how long it still takes.
struct ProgressRate {
  /// Seconds since the phase began.
  let elapsed: Double
  let done: Int
  let count: Int

  /// `  2.5 steps/s  2 min 40 s left`; empty where nothing is known yet.
  ///
  /// - Parameter unit: what is done, in the singular; nil: it has no name.
  func text(unit: String?) -> String {
    guard done > 0, elapsed > 0 else { return "" }
    let perSecond = Double(done) / elapsed
    let rate =
      perSecond >= 1
      ? String(format: "%.1f", perSecond) + (unit.map { " \($0)s/s" } ?? "/s")
      : String(format: "%.1f", 1 / perSecond) + (unit.map { " s/\($0)" } ?? " s each")
    return "  \(rate)  \(Numbers.duration(elapsed / Double(done) * Double(count - done))) left"
  }
}
