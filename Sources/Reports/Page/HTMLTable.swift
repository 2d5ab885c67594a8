/// A table of a page: words to the left, numbers to the right.
struct HTMLTable {
  enum Cell {
    case text(String)
    case code(String)
    /// - Parameters:
    ///   - shown: as a person reads it.
    ///   - value: as the report has it; nil: it is not known.
    case number(_ shown: String, value: Double?)
  }

  /// What is best in a column or row.
  enum Better {
    case more, less
  }

  let header: [String]
  /// The first cell of a row names it.
  let rows: [[Cell]]
  /// Marked as the best: places in the rows.
  var best: Set<[Int]> = []
  /// Which of the rows, from the end, are sums of the others.
  var summaries = 0

  /// The places of a column's best numbers, where there are several to choose from.
  static func best(
    in rows: [[Cell]], column: Int, _ better: Better, among candidates: (Int) -> Bool = { _ in true }
  ) -> Set<[Int]> {
    best(
      rows.indices.filter(candidates).map { [$0, column] }, rows, better)
  }

  /// The places of a row's best numbers, where there are several to choose from.
  static func best(in rows: [[Cell]], row: Int, _ better: Better) -> Set<[Int]> {
    best(rows[row].indices.map { [row, $0] }, rows, better)
  }

  private static func best(_ places: [[Int]], _ rows: [[Cell]], _ better: Better) -> Set<[Int]> {
    let known = places.compactMap { place -> (place: [Int], value: Double)? in
      guard case .number(_, let value?) = rows[place[0]][place[1]], value.isFinite else { return nil }
      return (place, value)
    }
    let values = known.map(\.value)
    guard values.count > 1, let best = better == .more ? values.max() : values.min() else { return [] }
    return Set(known.filter { $0.value == best }.map(\.place))
  }

  func html(label: String) -> String {
    let numeric = header.indices.map { column in
      rows.contains { row in if case .number = row[column] { true } else { false } }
    }
    func classes(_ names: [String?]) -> String {
      let names = names.compactMap { $0 }
      return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
    }
    let head = header.enumerated().map { column, name in
      "<th scope=\"col\"\(classes([numeric[column] ? "number" : nil]))>\(HTML.escaped(name))</th>"
    }
    let body = rows.enumerated().map { index, row in
      let cells = row.enumerated().map { column, cell in
        let isBest = best.contains([index, column])
        let content = isBest ? "<strong>\(Self.content(cell))</strong>" : Self.content(cell)
        guard column > 0 else { return "<th scope=\"row\">\(content)</th>" }
        return "<td\(classes([numeric[column] ? "number" : nil, isBest ? "best" : nil]))>\(content)</td>"
      }
      return "<tr\(classes([index >= rows.count - summaries ? "summary" : nil]))>\(cells.joined())</tr>"
    }
    let table =
      "<table><thead><tr>\(head.joined())</tr></thead><tbody>\n\(body.joined(separator: "\n"))\n</tbody></table>"
    return HTML.scrolling(table, label: label)
  }

  private static func content(_ cell: Cell) -> String {
    switch cell {
    case .text(let text): HTML.escaped(text)
    case .code(let text): "<code>\(HTML.escaped(text))</code>"
    case .number(let shown, let value?): "<data value=\"\(value)\">\(HTML.escaped(shown))</data>"
    case .number(let shown, nil): HTML.escaped(shown)
    }
  }
}
