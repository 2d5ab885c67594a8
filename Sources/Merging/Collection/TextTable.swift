import Checkpoints
import Foundation

/// Texts and labels in named columns.
///
/// TSV: the first line names the columns, every other is a row; tabs separate fields and quotation marks mean nothing, as
/// in the files of GLUE. JSONL: every line is an object, and its members are the columns.
struct TextTable: Sendable {
  let path: String
  /// One, or two for pairs.
  let textColumns: [String]
  /// The fields of the text columns, row after row.
  private var fields: [String] = []
  /// Of each row, counted from 1.
  private(set) var lines: [Int] = []
  /// The fields of the label's column; nil where they were not asked for, or there is no such column.
  private(set) var labels: [String]?

  var count: Int { lines.count }

  /// The names that columns of texts usually have, pairs first.
  static let usualColumns = [
    ["sentence1", "sentence2"], ["premise", "hypothesis"], ["question1", "question2"], ["question", "sentence"],
    ["text"], ["sentence"],
  ]

  /// Whether a file of that name is a table.
  static func isTable(_ path: String) -> Bool { path.hasSuffix(".tsv") || path.hasSuffix(".jsonl") }

  /// - Parameters:
  ///   - path: of a file whose name ends in .tsv or .jsonl.
  ///   - readsLabels: whether labels are wanted; nothing is learnt of them otherwise.
  /// - Throws: `InputError` where the file cannot be read, lacks a column, or has a row that lacks a field.
  init(path: String, columns: TextColumns, readsLabels: Bool) throws {
    self.path = path
    let lines = try Self.lines(of: path)
    if path.hasSuffix(".jsonl") {
      let rows = try lines.filter { !$0.text.allSatisfy(\.isWhitespace) }.map {
        (number: $0.number, members: try Self.object($0.text, path: path, line: $0.number))
      }
      guard let first = rows.first else { throw InputError(["\(path) holds no texts"]) }
      textColumns = try Self.textColumns(columns, among: first.members.keys.sorted(), path: path)
      labels = readsLabels && first.members[columns.label] != nil ? [] : nil
      for row in rows {
        func field(_ name: String) throws -> String {
          guard let value = row.members[name] else {
            throw InputError(["\(path): line \(row.number) has no '\(name)'"])
          }
          return value
        }
        fields += try textColumns.map(field)
        if labels != nil { labels!.append(try field(columns.label)) }
        self.lines.append(row.number)
      }
    } else {
      guard let header = lines.first, lines.count > 1 else {
        throw InputError(["\(path) holds no texts: its first line names the columns, and every other holds a text"])
      }
      let names = header.text.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
      textColumns = try Self.textColumns(columns, among: names, path: path)
      let places = textColumns.map { names.firstIndex(of: $0)! }
      let labelPlace = readsLabels ? names.firstIndex(of: columns.label) : nil
      labels = labelPlace == nil ? nil : []
      for line in lines.dropFirst() {
        let own = line.text.split(separator: "\t", omittingEmptySubsequences: false)
        guard own.count == names.count else {
          throw InputError([
            "\(path): line \(line.number) has \(own.count) fields, but the first line names \(names.count) columns"
          ])
        }
        fields += places.map { String(own[$0]) }
        if let labelPlace { labels!.append(String(own[labelPlace])) }
        self.lines.append(line.number)
      }
    }
  }

  func texts(ofRow row: Int) -> [String] {
    Array(fields[row * textColumns.count..<(row + 1) * textColumns.count])
  }

  /// The line of the file that a row is from, counted from 1.
  func line(ofRow row: Int) -> Int { lines[row] }

  /// The labels as numbers.
  ///
  /// - Parameter ids: the numbers of labels that have names.
  /// - Throws: `InputError` where one is neither a whole number nor a name.
  func labels(ids: [String: Int]) throws -> [Int]? {
    try labels.map { labels in
      try labels.enumerated().map { row, label in
        if let number = Int(label) ?? ids[label] { return number }
        let names = ids.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
        throw InputError([
          "\(path): the label of line \(lines[row]) is '\(label)', which is no whole number"
            + (names.isEmpty ? "; the model's config.json has no label2id" : ", nor one of the model's \(names)")
        ])
      }
    }
  }

  /// The lines of a file, without a byte-order mark, what ends them, and empty ones at the end.
  private static func lines(of path: String) throws -> [(number: Int, text: Substring)] {
    let text = try MappedFile(path: path).withBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { throw InputError(["\(path) is not valid UTF-8"]) }
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let start = hasMark ? text.unicodeScalars.index(after: text.startIndex) : text.startIndex
    var lines = text.utf8[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated().map { (number: $0 + 1, text: Substring($1.last == UInt8(ascii: "\r") ? $1.dropLast() : $1)) }
    while lines.last?.text.isEmpty == true { lines.removeLast() }
    return lines
  }

  private static func object(_ line: Substring, path: String, line number: Int) throws -> [String: String] {
    guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
      throw InputError(["\(path): line \(number) is not a JSON object"])
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
