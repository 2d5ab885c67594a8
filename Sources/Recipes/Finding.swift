/// One thing that is wrong with a recipe, and where.
package struct Finding: Error, Equatable, Sendable {
  /// The recipe or collection as the person named it, or `--set KEY=VALUE` for an override.
  package let file: String
  /// Counted from 1; nil for overrides and for files that cannot be read at all.
  package let line: Int?
  /// Counted from 1, in Unicode scalars.
  package let column: Int?
  package let message: String

  package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

extension Finding: Comparable {
  /// The order of reading: by file, then line, then column. Overrides come first.
  package static func < (left: Finding, right: Finding) -> Bool {
    (left.file, left.line ?? 0, left.column ?? 0) < (right.file, right.line ?? 0, right.column ?? 0)
  }
}

extension Finding: CustomStringConvertible {
  /// `recipe.yaml:12:3: unknown key 'stepz' under parameters; did you mean 'steps'?`
  package var description: String {
    let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
    return "\(file)\(place): \(message)"
  }
}
