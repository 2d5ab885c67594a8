import CYaml
import Checkpoints

/// Finds in a YAML text what its few bytes could make large or slow: aliases of aliases, keys that are collections, deep
/// nesting. It is looked for in the parser's events, before anything is composed of them.
struct YAMLLimits {
  /// How deep lists and mappings may be nested: a recipe needs five levels.
  static let mostLevels = 64
  /// How many values aliases may make of a text beyond its bytes, each of which is at most one value.
  static let mostRepeated = 1 << 16

  /// A list or mapping that is not at its end.
  private struct Open {
    let anchor: String?
    let isMapping: Bool
    /// Whether the next value is a key.
    var wantsKey: Bool
    /// The values in it, and itself.
    var count = 1
  }

  /// What an anchor stands for.
  private struct Anchored {
    let count: Int
    let isScalar: Bool
  }

  private var open: [Open] = []
  private var anchored: [String: Anchored] = [:]
  private let most: Int
  private let source: Source

  /// - Parameter source: the beginning of the text.
  /// - Throws: a finding at the place of what goes too far. What is no YAML is left to the parser to say.
  static func check(_ yaml: String, source: Source) throws(Finding) {
    var yaml = yaml
    let finding = yaml.withUTF8 { text -> Finding? in
      var limits = YAMLLimits(most: text.count + mostRepeated, source: source)
      do throws(Finding) { try limits.check(text) } catch { return error }
      return nil
    }
    if let finding { throw finding }
  }

  private init(most: Int, source: Source) {
    self.most = most
    self.source = source
  }

  private mutating func check(_ text: UnsafeBufferPointer<UInt8>) throws(Finding) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, text.baseAddress, text.count)
    while true {
      var event = yaml_event_t()
      guard yaml_parser_parse(&parser, &event) == 1 else { return try checkNesting(parser) }
      defer { yaml_event_delete(&event) }
      let place = source.at(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
      switch event.type {
      case YAML_STREAM_END_EVENT: return
      case YAML_SCALAR_EVENT:
        let scalar = event.data.scalar
        if StackedMarks.firstExcess(in: UnsafeRawBufferPointer(start: scalar.value, count: scalar.length)) != nil {
          throw place.finding("a letter has more than \(StackedMarks.most) accents")
        }
        try add(1, at: place)
        note(Self.text(event.data.scalar.anchor), Anchored(count: 1, isScalar: true))
      case YAML_ALIAS_EVENT:
        // One that stands for nothing is the parser's to report.
        let target = Self.text(event.data.alias.anchor).flatMap { anchored[$0] }
        try add(target?.count ?? 1, collection: target?.isScalar == false ? "an alias of one" : nil, at: place)
      case YAML_SEQUENCE_START_EVENT:
        try begin(
          Open(anchor: Self.text(event.data.sequence_start.anchor), isMapping: false, wantsKey: false), at: place)
      case YAML_MAPPING_START_EVENT:
        try begin(Open(anchor: Self.text(event.data.mapping_start.anchor), isMapping: true, wantsKey: true), at: place)
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: end()
      default: break
      }
    }
  }

  /// The parser itself goes only so deep, and looks ahead.
  private func checkNesting(_ parser: yaml_parser_t) throws(Finding) {
    guard let problem = parser.problem, String(cString: problem).contains("nesting level") else { return }
    let mark = parser.mark
    throw source.at(line: Int(mark.line) + 1, column: Int(mark.column) + 1).finding(Self.tooDeep)
  }

  private static let tooDeep = "lists and mappings are nested deeper than \(mostLevels) levels"

  private mutating func begin(_ collection: Open, at place: Source) throws(Finding) {
    try add(1, collection: collection.isMapping ? "a mapping" : "a list", at: place)
    guard open.count < Self.mostLevels else {
      throw place.finding(Self.tooDeep)
    }
    open.append(collection)
  }

  private mutating func end() {
    guard let last = open.popLast() else { return }
    // Its own value was counted where it began.
    if !open.isEmpty { open[open.count - 1].count += last.count - 1 }
    note(last.anchor, Anchored(count: last.count, isScalar: false))
  }

  /// Counts values where one stands, as a key or not.
  ///
  /// - Parameter collection: what it is, where it is not a scalar.
  private mutating func add(_ count: Int, collection: String? = nil, at place: Source) throws(Finding) {
    guard let last = open.indices.last else { return }
    if open[last].wantsKey, let collection {
      throw place.finding("a key must be a single word or text, got \(collection)")
    }
    if open[last].isMapping { open[last].wantsKey.toggle() }
    open[last].count += count
    guard open.reduce(0, { $0 + $1.count }) <= most else {
      throw place.finding("aliases make far more values of this text than it has; write them out")
    }
  }

  private mutating func note(_ anchor: String?, _ value: Anchored) {
    if let anchor { anchored[anchor] = value }
  }

  private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
    pointer.map { String(decodingCString: $0, as: UTF8.self) }
  }
}
