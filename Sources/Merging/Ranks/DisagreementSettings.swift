/// How disagreement is measured.
package struct DisagreementSettings: Equatable, Sendable {
  /// How often each module is perturbed.
  package var trials = 5
  /// The most inputs of each task that are looked at, evenly spread over all.
  package var inputs = 16
  /// A regular expression that matches somewhere in the names of the modules to measure; nil: all.
  package var pattern: String?
  package var seed: UInt64 = 0

  package init() {}
}
