import Foundation

/// Texts and labels in named columns of a file, whose rows are read when they are asked for.
///
/// TSV: the first line names the columns, every other is a row; tabs separate fields and quotation marks mean nothing, as
/// in the files of GLUE. JSONL: every line is an object, and its members are the columns.
struct InputTable: Sendable {
  /// What a row holds.
  struct Row: Equatable {
    /// One for each column of texts.
    let texts: [String]
    /// Nil where labels were not asked for, or there is no column of them.
    let label: String?
  }

  /// Where a row's fields are.
  private enum Fields: Sendable {
    /// - Parameters:
    ///   - count: of all columns.
    ///   - texts: the places of the columns of texts.
    ///   - label: the place of the label's column.
    case places(count: Int, texts: [Int], label: Int?)
    case members(label: String?)
  }

  /// One, or two for pairs.
  let textColumns: [String]
  private let lines: MappedLines
  private let fields: Fields

  var path: String { lines.path }
  /// The number of rows.
  var count: Int { lines.count - linesBeforeRows }
  /// Whether rows hold labels.
  var hasLabels: Bool {
    switch fields {
    case .places(_, _, let label): label != nil
    case .members(let label): label != nil
    }
  }

  private var linesBeforeRows: Int { if case .places = fields { 1 } else { 0 } }

  /// The names that columns of texts usually have, pairs first.
  static let usualColumns = [
    ["sentence1", "sentence2"], ["premise", "hypothesis"], ["question1", "question2"], ["question", "sentence"],
    ["text"], ["sentence"],
  ]

  /// Whether a file of that name is a table.
  static func isTable(_ path: String) -> Bool { path.hasSuffix(".tsv") || path.hasSuffix(".jsonl") }

  /// Finds columns by the first line, and where the others are.
  ///
  /// - Parameters:
  ///   - path: of a file whose name ends in .tsv or .jsonl.
  ///   - readsLabels: whether labels are wanted; nothing is learnt of them otherwise.
  /// - Throws: `InputError` where the file cannot be read, holds no rows, or lacks a column.
  init(path: String, columns: TextColumns, readsLabels: Bool) throws {
    var lines = try MappedLines(path: path)
    if path.hasSuffix(".jsonl") {
      lines.dropBlank()
      guard lines.count > 0 else { throw InputError(["\(path) holds no texts"]) }
      let first = try Self.members(of: lines, 0)
      textColumns = try Self.textColumns(columns, among: first.keys.sorted(), path: path)
      fields = .members(label: readsLabels && first[columns.label] != nil ? columns.label : nil)
    } else {
      guard lines.count > 1 else {
        throw InputError(["\(path) holds no texts: its first line names the columns, and every other holds a text"])
      }
      let names = try lines.text(0).split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      textColumns = try Self.textColumns(columns, among: names, path: path)
      fields = .places(
        count: names.count, texts: textColumns.map { names.firstIndex(of: $0)! },
        label: readsLabels ? names.firstIndex(of: columns.label) : nil)
    }
    self.lines = lines
  }

  /// - Throws: `InputError` where the row lacks a field.
  func row(_ index: Int) throws -> Row {
    let line = index + linesBeforeRows
    switch fields {
    case .places(let count, let texts, let label):
      let own = try lines.text(line).split(separator: "\t", omittingEmptySubsequences: false)
      guard own.count == count else {
        throw InputError([
          "\(path): line \(lines.number(line)) has \(own.count) fields, but the first line names \(count) columns"
        ])
      }
      return Row(texts: texts.map { String(own[$0]) }, label: label.map { String(own[$0]) })
    case .members(let label):
      let members = try Self.members(of: lines, line)
      func field(_ name: String) throws -> String {
        guard let value = members[name] else {
          throw InputError(["\(path): line \(lines.number(line)) has no '\(name)'"])
        }
        return value
      }
      return Row(texts: try textColumns.map(field), label: try label.map(field))
    }
  }

  /// The line of the file that a row is from, counted from 1.
  func line(ofRow row: Int) -> Int { lines.number(row + linesBeforeRows) }

  /// A row's label as a number.
  ///
  /// - Throws: `InputError` as `row` does, and where it is neither a class's number nor its name.
  /// - Precondition: `hasLabels`.
  func label(ofRow index: Int, _ classes: ClassNames) throws -> Int {
    let label = try row(index).label!
    if let number = classes.number(of: label) { return number }
    throw InputError([
      "\(path): the label of line \(line(ofRow: index)) is '\(label)', which is \(classes.refusal)"
    ])
  }

  private static func members(of lines: MappedLines, _ index: Int) throws -> [String: String] {
    let text = try lines.text(index)
    guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw InputError(["\(lines.path): line \(lines.number(index)) is not a JSON object"])
    }
    return object.compactMapValues { value in
      if let text = value as? String { return text }
      if let number = value as? Int { return "\(number)" }
      return (value as? Double).map { "\($0)" }
    }
  }

  private static func textColumns(_ columns: TextColumns, among names: [String], path: String) throws -> [String] {
    let list = names.map { "'\($0)'" }.joined(separator: ", ")
    if let wanted = columns.texts {
      let missing = wanted.filter { !names.contains($0) }.map { "'\($0)'" }
      guard missing.isEmpty else {
        throw InputError(["\(path) has no column \(missing.joined(separator: " and no column ")), but \(list)"])
      }
      return wanted
    }
    guard let usual = usualColumns.first(where: { $0.allSatisfy(names.contains) }) else {
      throw InputError([
        "\(path) has no column with a usual name for texts, but \(list); 'text' in the recipe names it"
      ])
    }
    return usual
  }
}
