import Foundation

/// For how long a rank may stand still.
package enum Watchdog {
  /// In seconds, where nobody says otherwise.
  package static let usualLimit = 300.0
  /// Less would take slowness for standstill.
  package static let leastLimit = 1.0

  /// - Parameter requested: what the person asked for, in seconds; else the environment's `ADARANK_WATCHDOG`. 0: any time.
  /// - Returns: nil where a rank may stand still for ever.
  package static func limit(
    requested: Double?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Double? {
    let limit = requested ?? environment["ADARANK_WATCHDOG"].flatMap { Double($0) } ?? usualLimit
    return limit > 0 ? max(limit, leastLimit) : nil
  }
}
