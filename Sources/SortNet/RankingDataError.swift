/// What is wrong with a file of ranking data, found in one reading.
package struct RankingDataError: Error, Equatable, CustomStringConvertible {
  package struct Finding: Equatable, Sendable {
    /// Counted from 1; nil where it is about the file as a whole.
    package let line: Int?
    package let message: String
  }

  /// No more of them are told.
  static let mostFindings = 20

  package let path: String
  /// The first findings.
  package let findings: [Finding]
  /// How many there are beyond those.
  package let furtherCount: Int

  /// One finding a line, as in `train.txt:12: …`.
  package var description: String { lines.joined(separator: "\n") }

  package var lines: [String] {
    findings.map { finding in "\(path)\(finding.line.map { ":\($0)" } ?? ""): \(finding.message)" }
      + (furtherCount == 0
        ? [] : ["\(path): and \(furtherCount) further line\(furtherCount == 1 ? " is" : "s are") wrong"])
  }
}
