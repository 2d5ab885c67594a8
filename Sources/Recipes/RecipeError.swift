/// Everything that is wrong with a recipe, found in one reading.
package struct RecipeError: Error, Equatable, Sendable {
  /// Never empty; in the order of `Finding.<`.
  package let findings: [Finding]

  init(_ findings: [Finding]) {
    precondition(!findings.isEmpty, "an error without a finding")
    self.findings = findings.sorted()
  }
}

extension RecipeError: CustomStringConvertible {
  /// One finding a line.
  package var description: String {
    findings.map(\.description).joined(separator: "\n")
  }
}
