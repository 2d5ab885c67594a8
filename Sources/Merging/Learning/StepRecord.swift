import Communication
import LinearAlgebra

/// What one rank did in one step of the lockstep loop, and how long it took.
package struct StepRecord: Equatable, Sendable {
  package enum Phase: Int, CaseIterable, Sendable {
    /// From pictures to losses.
    case forward
    /// From losses to each lane's gradients, and their sums over the rank's lanes.
    case backward
    /// Sums over ranks: adding them up, and waiting for them.
    case combine
    /// gₖ = uₖᵀ G vₖ.
    case maskGradient
    /// Adam.
    case update
    /// W = origin + Σ λ U diag(b ⊙ σ) Vᵀ.
    case rebuild
    /// Until every rank of the node has the new weights.
    case share
    /// Losses, and choosing the next inputs.
    case rest

    /// In reports.
    package var name: String { self == .maskGradient ? "mask_gradient" : "\(self)" }
  }

  /// By phase.
  package private(set) var seconds = [Double](repeating: 0, count: Phase.allCases.count)
  /// Of products, by phase.
  package private(set) var operations = [Int](repeating: 0, count: Phase.allCases.count)
  /// The part of the time in which this rank waited for others, within all phases.
  package internal(set) var waitingSeconds = 0.0

  package var totalSeconds: Double { seconds.reduce(0, +) }
  package var totalOperations: Int { operations.reduce(0, +) }

  package subscript(phase: Phase) -> (seconds: Double, operations: Int) {
    (seconds[phase.rawValue], operations[phase.rawValue])
  }

  /// Adds what `body` does and takes to a phase.
  mutating func measure<R>(_ phase: Phase, _ body: () throws -> R) rethrows -> R {
    let (start, before) = (monotonicSeconds(), OperationCounter.count)
    defer {
      seconds[phase.rawValue] += monotonicSeconds() - start
      operations[phase.rawValue] += OperationCounter.count - before
    }
    return try body()
  }
}
