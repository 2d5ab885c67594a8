/// A table in plain text or Markdown: words to the left, numbers to the right.
package struct TextTable: Equatable, Sendable {
  package let header: [String]
  package let rows: [[String]]

  /// - Precondition: every row is as long as the header.
  package init(header: [String], rows: [[String]]) {
    precondition(rows.allSatisfy { $0.count == header.count })
    self.header = header
    self.rows = rows
  }

  private var widths: [Int] {
    header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
  }

  /// For a terminal, with a line under the header.
  package var text: String {
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }

  /// For a README.
  package var markdown: String {
    let marks = header.indices.map { isNumeric($0) ? "---:" : "---" }
    return ([header, marks] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  /// Whether all that a column holds begins with a digit or stands for an unknown number. Never the first, which names the
  /// rows.
  private func isNumeric(_ column: Int) -> Bool {
    column > 0 && rows.allSatisfy { row in row[column].first.map { $0.isNumber || "–-".contains($0) } ?? true }
  }

  private func line(_ cells: [String]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return isNumeric(column) ? padding + cell.0 : cell.0 + padding
    }
    var text = padded.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text
  }
}
