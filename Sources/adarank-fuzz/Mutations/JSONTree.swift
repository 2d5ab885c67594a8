/// A JSON text as it is written: strings and numbers keep their spelling, so that wrong ones can be put in.
indirect enum JSONTree {
  case object([Member])
  case array([JSONTree])
  /// What is between the quotation marks.
  case string(String)
  /// A number, a word, or anything else, as it is written.
  case raw(String)

  struct Member {
    /// What is between the quotation marks.
    var name: String
    var value: JSONTree
  }

  /// The tree of a text, in which numbers and words are not looked at; nil where it is none.
  init?(_ bytes: some Swift.Collection<UInt8>) {
    var scanner = Scanner(bytes: Array(bytes))
    guard let tree = scanner.value(depth: 0), scanner.isAtEnd else { return nil }
    self = tree
  }

  /// The text, without white space.
  var text: String {
    switch self {
    case .object(let members): "{" + members.map { "\"\($0.name)\":\($0.value.text)" }.joined(separator: ",") + "}"
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .string(let text): "\"\(text)\""
    case .raw(let text): text
    }
  }

  /// The children of an object or array.
  var children: [JSONTree] {
    switch self {
    case .object(let members): members.map(\.value)
    case .array(let elements): elements
    case .string, .raw: []
    }
  }

  /// Puts something in the place of a child.
  ///
  /// - Precondition: there is a child of that number.
  mutating func editChild(_ index: Int, _ body: (inout JSONTree) -> Void) {
    switch self {
    case .object(var members):
      self = .raw("")
      body(&members[index].value)
      self = .object(members)
    case .array(var elements):
      self = .raw("")
      body(&elements[index])
      self = .array(elements)
    case .string, .raw: preconditionFailure("no children")
    }
  }
}

private struct Scanner {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return next == nil
    }
  }

  private mutating func skipSpace() {
    while let byte = next, byte <= 0x20 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) -> JSONTree? {
    guard depth < 64 else { return nil }
    if skip("{") {
      var members: [JSONTree.Member] = []
      if skip("}") { return .object([]) }
      repeat {
        guard let name = string(), skip(":"), let value = value(depth: depth + 1) else { return nil }
        members.append(JSONTree.Member(name: name, value: value))
      } while skip(",")
      return skip("}") ? .object(members) : nil
    }
    if skip("[") {
      var elements: [JSONTree] = []
      if skip("]") { return .array([]) }
      repeat {
        guard let value = value(depth: depth + 1) else { return nil }
        elements.append(value)
      } while skip(",")
      return skip("]") ? .array(elements) : nil
    }
    if let text = string() { return .string(text) }
    let start = position
    while let byte = next, byte > 0x20, !",]}:\"".utf8.contains(byte) { position += 1 }
    return position > start ? .raw(String(decoding: bytes[start..<position], as: UTF8.self)) : nil
  }

  private mutating func string() -> String? {
    guard skip("\"") else { return nil }
    let start = position
    while let byte = next {
      if byte == UInt8(ascii: "\"") {
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }
}
