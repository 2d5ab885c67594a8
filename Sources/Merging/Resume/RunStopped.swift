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
  /// The step behind which the run goes on; nil: nothing is kept.
  package let keptStep: Int?
  /// The step behind which it stopped; nil where it was between steps.
  package var step: Int?

  package var description: String {
    guard let keptStep else { return "\(reason.words) \(place); no step is kept" }
    let start = keptStep == step ? "there" : "step \(keptStep)"
    return "\(reason.words) \(place); the same command with --resume goes on from \(start)"
  }
}

/// Ends a long phase on a rank that is to stop; all learn of it when the phase is over.
struct StopWish: Error {}
