import Checkpoints

/// A value of a JSON file together with where it is, so that what is wrong with it can be said.
struct JSONPlace {
  let path: String
  /// Names and indexes from the root, as in `model.vocab`; empty at the root.
  let name: String
  let value: JSONValue

  /// The root of a JSON file.
  init(path: String, bytes: [UInt8]) throws(TokenizerError) {
    do {
      value = try JSONValue(parsingVocabulary: bytes, path: path)
    } catch {
      throw .file(error)
    }
    self.path = path
    name = ""
  }

  private init(path: String, name: String, value: JSONValue) {
    self.path = path
    self.name = name
    self.value = value
  }

  func invalid(_ reason: String) -> TokenizerError {
    .invalid(path: path, place: name.isEmpty ? "the file" : name, reason: reason)
  }

  func unsupported(_ feature: String) -> TokenizerError {
    .unsupported(path: path, place: name.isEmpty ? "the file" : name, feature: feature)
  }

  private func nested(_ key: String) -> String {
    let shown = key.isPlainName ? key : key.quoted
    return name.isEmpty ? shown : "\(name).\(shown)"
  }

  /// The members of an object. Some names may be equal as `String`, and yet are two names.
  func members() throws(TokenizerError) -> [JSONValue.Member] {
    guard case .object(let members) = value else { throw invalid("is not an object") }
    return members
  }

  /// The members of an object, each with its name, and with the place where it is.
  func places() throws(TokenizerError) -> [(name: String, place: JSONPlace)] {
    try members().map { ($0.name, JSONPlace(path: path, name: nested($0.name), value: $0.value)) }
  }

  func elements() throws(TokenizerError) -> [JSONPlace] {
    guard case .array(let elements) = value else { throw invalid("is not a list") }
    return elements.enumerated().map { JSONPlace(path: path, name: "\(name)[\($0)]", value: $1) }
  }

  func string() throws(TokenizerError) -> String {
    guard case .string(let string) = value else { throw invalid("is not a string") }
    return string
  }

  func boolean() throws(TokenizerError) -> Bool {
    guard case .boolean(let boolean) = value else { throw invalid("is neither true nor false") }
    return boolean
  }

  /// A number from 0 to the largest `Int32`.
  func identifier() throws(TokenizerError) -> Int32 {
    guard case .integer(let integer) = value, let id = Int32(exactly: integer), id >= 0 else {
      throw invalid("is not an integer from 0 to \(Int32.max)")
    }
    return id
  }

  /// The member of exactly that name unless it is absent or null.
  func member(_ key: String) throws(TokenizerError) -> JSONPlace? {
    guard let member = try members().first(where: { $0.name.utf8.elementsEqual(key.utf8) }), member.value != .null
    else { return nil }
    return JSONPlace(path: path, name: nested(key), value: member.value)
  }

  /// The member of that name, which must be there.
  func require(_ key: String) throws(TokenizerError) -> JSONPlace {
    guard let member = try member(key) else { throw .missing(path: path, place: nested(key)) }
    return member
  }

  func boolean(_ key: String, otherwise: Bool) throws(TokenizerError) -> Bool {
    try member(key)?.boolean() ?? otherwise
  }

  /// Refuses members that mean something unknown here.
  func expectOnly(_ known: Set<String>) throws(TokenizerError) {
    for member in try members() where member.value != .null && !known.contains(member.name) {
      throw unsupported(member.name)
    }
  }
}

extension String {
  /// Whether this name can stand in a path of names as it is.
  fileprivate var isPlainName: Bool {
    (1...80).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
      }
  }
}
