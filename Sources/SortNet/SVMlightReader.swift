import Checkpoints

/// Reads the lines of a file of ranking data; see `RankingData.init(path:knownFeatures:)`.
struct SVMlightReader {
  private typealias Bytes = Slice<UnsafeRawBufferPointer>

  /// What is wrong with a line.
  private struct Mistake: Error {
    let message: String
  }

  private let path: String
  private let knownFeatures: Int?

  private var relevance: [Int?] = []
  private var comments: [String] = []
  private var lines: [Int] = []
  private var queries: [RankingData.Query] = []
  private var names: Set<String> = []
  /// Features that are named, of all documents, and where each document's begin.
  private var entries: [(feature: UInt32, value: Float)] = []
  private var starts: [Int] = []

  private var findings: [RankingDataError.Finding] = []
  private var findingCount = 0

  init(path: String, knownFeatures: Int?) {
    self.path = path
    self.knownFeatures = knownFeatures
  }

  mutating func read(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      var line = rest[..<(end ?? rest.endIndex)]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      do throws(Mistake) { try readLine(line, number) } catch { note(error.message, line: number) }
      rest = end.map { rest[($0 + 1)...] } ?? rest[rest.endIndex...]
    }
  }

  /// What was read.
  ///
  /// - Throws: `RankingDataError` where anything was wrong.
  mutating func data() throws(RankingDataError) -> RankingData {
    if relevance.isEmpty, findingCount == 0 {
      note("holds no documents: every line should be RELEVANCE qid:QUERY INDEX:VALUE …", line: nil)
    }
    let featureCount = Int(entries.reduce(0) { max($0, $1.feature) })
    if relevance.count * featureCount > RankingData.mostElements {
      note(
        "\(relevance.count) documents of \(featureCount) features are more than this program holds in memory, which is "
          + "\(RankingData.mostElements) numbers", line: nil)
    }
    guard findingCount == 0 else {
      throw RankingDataError(path: path, findings: findings, furtherCount: findingCount - findings.count)
    }
    var features = [Float](repeating: 0, count: relevance.count * featureCount)
    for document in starts.indices {
      let end = document + 1 < starts.count ? starts[document + 1] : entries.count
      for entry in entries[starts[document]..<end] {
        features[document * featureCount + Int(entry.feature) - 1] = entry.value
      }
    }
    return RankingData(
      featureCount: featureCount, features: features, relevance: relevance, comments: comments, lines: lines,
      queries: queries)
  }

  private mutating func note(_ message: String, line: Int?) {
    findingCount += 1
    guard findings.count < RankingDataError.mostFindings else { return }
    findings.append(RankingDataError.Finding(line: line, message: message))
  }

  private mutating func readLine(_ line: Bytes, _ number: Int) throws(Mistake) {
    guard StackedMarks.firstExcess(in: UnsafeRawBufferPointer(rebasing: line)) == nil else {
      throw Mistake(message: "holds a letter with more than \(StackedMarks.most) accents")
    }
    let hash = line.firstIndex(of: UInt8(ascii: "#"))
    var rest = line[..<(hash ?? line.endIndex)]
    guard let first = Self.nextField(&rest) else { return }
    let relevance = try Self.relevance(first)
    let query = try Self.query(Self.nextField(&rest))
    let start = entries.count
    do throws(Mistake) {
      var previous = 0
      while let field = Self.nextField(&rest) {
        let entry = try feature(field, after: previous)
        entries.append(entry)
        previous = Int(entry.feature)
      }
      try place(query)
    } catch {
      entries.removeSubrange(start...)
      throw error
    }
    starts.append(start)
    self.relevance.append(relevance)
    lines.append(number)
    comments.append(hash.map { Self.trimmed(line[($0 + 1)...]) } ?? "")
  }

  /// Adds the next document to its query.
  private mutating func place(_ name: String) throws(Mistake) {
    let document = relevance.count
    if let last = queries.last, last.name == name {
      queries[queries.count - 1] = RankingData.Query(name: name, documents: last.documents.lowerBound..<document + 1)
    } else {
      guard names.insert(name).inserted else {
        throw Mistake(message: "query '\(name)' again, after another: the documents of a query must stand together")
      }
      queries.append(RankingData.Query(name: name, documents: document..<document + 1))
    }
  }

  private static func relevance(_ field: Bytes) throws(Mistake) -> Int? {
    if field.elementsEqual("-1".utf8) { return nil }
    guard let value = wholeNumber(field) else {
      throw Mistake(
        message: "the relevance \(quoted(field)) is not a whole number of at most nine digits (-1: not known)")
    }
    return value
  }

  private static func query(_ field: Bytes?) throws(Mistake) -> String {
    guard let field else { throw Mistake(message: "has no qid:QUERY after the relevance") }
    guard field.starts(with: "qid:".utf8), field.count > 4 else {
      throw Mistake(message: "qid:QUERY should come after the relevance, not \(quoted(field))")
    }
    let name = String(decoding: field.dropFirst(4), as: UTF8.self)
    // White space beyond ASCII's would not separate fields when it is written again.
    guard name.allSatisfy({ !$0.isWhitespace }) else {
      throw Mistake(message: "the query \(quoted(field)) has white space in it")
    }
    return name
  }

  private func feature(_ field: Bytes, after previous: Int) throws(Mistake) -> (feature: UInt32, value: Float) {
    guard let colon = field.firstIndex(of: UInt8(ascii: ":")) else {
      throw Mistake(message: "\(Self.quoted(field)) is not INDEX:VALUE")
    }
    guard let feature = Self.wholeNumber(field[..<colon]), feature >= 1, feature <= RankingData.largestFeature else {
      throw Mistake(
        message: "the feature \(Self.quoted(field)) should begin with a number from 1 to \(RankingData.largestFeature)")
    }
    if let knownFeatures, feature > knownFeatures {
      throw Mistake(message: "feature \(feature), but the model knows \(knownFeatures)")
    }
    guard feature > previous else {
      throw Mistake(message: "feature \(feature) after feature \(previous): features must ascend, each at most once")
    }
    let digits = field[(colon + 1)...]
    guard Self.isDecimal(digits), let value = Float(String(decoding: digits, as: UTF8.self)) else {
      throw Mistake(message: "the value of feature \(feature) is not a decimal number: \(Self.quoted(field))")
    }
    guard value.isFinite else {
      throw Mistake(message: "the value of feature \(feature) is too large: \(Self.quoted(field))")
    }
    return (UInt32(feature), value)
  }

  // Fields

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  /// Takes away what comes before the next space; nil where nothing is left.
  private static func nextField(_ rest: inout Bytes) -> Bytes? {
    rest = rest.drop(while: isSpace)
    guard !rest.isEmpty else { return nil }
    let field = rest.prefix { !isSpace($0) }
    rest = rest[field.endIndex...]
    return field
  }

  private static func wholeNumber(_ field: Bytes) -> Int? {
    guard (1...9).contains(field.count), field.allSatisfy(isDigit) else { return nil }
    return field.reduce(0) { 10 * $0 + Int($1 - 48) }
  }

  /// Whether a number is written in digits, with a sign, a point and an exponent where they are wanted: what reads numbers
  /// takes `0x1p3`, `inf` and `nan` too.
  private static func isDecimal(_ field: Bytes) -> Bool {
    func dropSign(_ bytes: Bytes) -> Bytes {
      bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes
    }
    var rest = dropSign(field)
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      fraction = rest.dropFirst().prefix(while: isDigit).count
      rest = rest.dropFirst(1 + fraction)
    }
    guard whole + fraction > 0 else { return false }
    guard let mark = rest.first else { return true }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
    let exponent = dropSign(rest.dropFirst())
    return !exponent.isEmpty && exponent.allSatisfy(isDigit)
  }

  private static func trimmed(_ bytes: Bytes) -> String {
    let text = bytes.drop(while: isSpace)
    let end = text.lastIndex { !isSpace($0) }
    return String(decoding: end.map { text[...$0] } ?? text, as: UTF8.self)
  }

  /// What stands in the file, cut short, without control characters.
  private static func quoted(_ bytes: Bytes) -> String {
    let text = String(decoding: bytes.prefix(40), as: UTF8.self)
    let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{fffd}" : $0 }
    return "'" + String(String.UnicodeScalarView(scalars)) + (bytes.count > 40 ? "…'" : "'")
  }
}
