/// How disagreement is measured.
package struct DisagreementSettings: Equatable, Sendable {
  /// How often each module is perturbed.
  package var trials = 5
  /// The most inputs of each task that are looked at, evenly spread over all.
  package var inputs = 16
  /// A regular expression that matches somewhere in the names of the modules to measure; nil: all.
  package var pattern: String?
  package var seed: UInt64 = 0
  /// The most bytes of blocks' inputs that a rank keeps at a time, though at least those of one chunk of inputs. The
  /// result does not depend on it.
  package var mostInputBytes = 1 << 30

  package init() {}
}
