/// Why a run ends before it is done, in order.
package enum StopReason: Int, CaseIterable, Sendable {
  case signal
  case timeLimit

  var words: String {
    switch self {
    case .signal: "stopped by a signal"
    case .timeLimit: "stopped by its time limit"
    }
  }
}

/// A run has ended in order before it is done.
package struct RunStopped: Error, Equatable, CustomStringConvertible {
  package let reason: StopReason
  /// Where, in words that follow "stopped": "after step 12 of 300", "while factoring".
  package let place: String
  /// Whether what is done is kept.
  package let isKept: Bool

  package var description: String {
    isKept
      ? "\(reason.words) \(place); the same command with --resume goes on from there"
      : "\(reason.words) \(place); no step is kept"
  }
}

/// Ends a long phase on a rank that is to stop; all learn of it when the phase is over.
struct StopWish: Error {}
