/// A piece of YAML that remembers where it was written, so that pieces of several files and of the
/// command line can stand in one tree and still be named in findings.
struct SourceNode: Sendable {
  enum Content: Sendable {
    /// Quoted text is never a number, a flag or null.
    case text(String, isQuoted: Bool)
    case list([SourceNode])
    case mapping([Entry])
  }

  /// A key with its value. Keys of one mapping are distinct.
  struct Entry: Sendable {
    let key: String
    var source: Source
    var value: SourceNode
  }

  var content: Content
  var source: Source
}

extension SourceNode {
  static func null(at source: Source) -> SourceNode {
    SourceNode(content: .text("", isQuoted: false), source: source)
  }

  /// Whether nothing was written here, or YAML's word for it. An optional key then has its default.
  var isNull: Bool {
    guard case .text(let text, isQuoted: false) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// How findings quote the node: `'many'`, `the text '10'`, `a list`.
  var summary: String {
    switch content {
    case .text where isNull: "nothing"
    case .text(let text, let isQuoted): isQuoted ? "the text '\(text)'" : "'\(text)'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The finding that `name` holds something of another kind.
  func mismatch(_ name: String, mustBe kind: String) -> Finding {
    source.finding("\(name) must be \(kind), got \(summary)")
  }

  func entries(_ name: String) throws(Finding) -> [Entry] {
    guard case .mapping(let entries) = content else { throw mismatch(name, mustBe: "a mapping") }
    return entries
  }

  func elements(_ name: String) throws(Finding) -> [SourceNode] {
    guard case .list(let elements) = content else { throw mismatch(name, mustBe: "a list") }
    return elements
  }

  /// A list, or one word in the place of a list of one.
  func elementsOrOne(_ name: String) throws(Finding) -> [SourceNode] {
    if case .text = content { return [self] }
    return try elements(name)
  }

  func text(_ name: String) throws(Finding) -> String {
    guard case .text(let text, _) = content, !isNull else { throw mismatch(name, mustBe: "a single word or text") }
    guard !text.isEmpty else { throw source.finding("\(name) must not be empty") }
    guard !text.utf8.contains(0) else { throw source.finding("\(name) must not hold a NUL character") }
    return text
  }

  /// A path, made absolute from the folder of the file that it was written in.
  func path(_ name: String) throws(Finding) -> String {
    source.resolve(try text(name))
  }
}

extension [SourceNode.Entry] {
  /// The entry of a key; nil where its value is null too.
  func given(_ key: String) -> SourceNode.Entry? {
    first { $0.key == key && !$0.value.isNull }
  }
}
