import Foundation
import Merging

/// How numbers are written for people.
package enum Numbers {
  /// `0.8766` as `87.7`; a dash where it is not known.
  package static func percent(_ fraction: Double?) -> String {
    fraction.map { String(format: "%.1f", 100 * $0) } ?? "–"
  }

  /// Three decimals; a dash where it is not known.
  package static func decimal(_ value: Double?) -> String {
    value.map { String(format: "%.3f", $0) } ?? "–"
  }

  /// `0.613 (matthews)`; a dash where it is not known.
  package static func score(_ value: Double?, _ metric: Metric?) -> String {
    guard let metric else { return "–" }
    return "\(decimal(value)) (\(metric.rawValue))"
  }

  /// `7.4 s`, `3 min 20 s`, `2 h 5 min`.
  package static func duration(_ seconds: Double) -> String {
    if seconds < 59.95 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
  }

  /// `1 rank`, `2 ranks`.
  package static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// `512 B`, `1.2 GB`, in powers of ten.
  package static func bytes(_ count: Int) -> String { scaled(Double(count), unit: "B") }

  /// `3.4 Tflop`, in powers of ten.
  package static func operations(_ count: Int) -> String { scaled(Double(count), unit: "flop") }
}
