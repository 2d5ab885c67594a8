/// A strict reader of JSON (RFC 8259) that keeps the order of members and refuses duplicate names.
///
/// A header with two tensors of one name means different things to different readers; Foundation's reader
/// would silently keep one of them. Names are compared by their bytes: those that differ only in Unicode
/// normalisation are two here, though they are equal as `String`.
struct JSONScanner {
  /// How deep arrays and objects may be nested: what is read here needs three levels.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  /// The one value of a text.
  ///
  /// - Precondition: `bytes` is valid UTF-8.
  static func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
    var scanner = JSONScanner(bytes: bytes)
    let value = try scanner.scanValue(depth: 0)
    scanner.skipWhitespace()
    guard scanner.position == bytes.count else { throw scanner.malformed("something follows the end of the value") }
    return value
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private var nextIsDigit: Bool {
    next.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
  }

  private func malformed(_ reason: String) -> JSONProblem {
    .malformed(offset: position, reason: reason)
  }

  private mutating func skipWhitespace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func scanValue(depth: Int) throws(JSONProblem) -> JSONValue {
    guard depth <= Self.maximumDepth else { throw malformed("nested deeper than \(Self.maximumDepth) levels") }
    skipWhitespace()
    switch next {
    case UInt8(ascii: "{"): return .object(try scanMembers(depth: depth))
    case UInt8(ascii: "["): return .array(try scanElements(depth: depth))
    case UInt8(ascii: "\""): return .string(try scanString())
    case UInt8(ascii: "t"): return try scan(word: "true", as: .boolean(true))
    case UInt8(ascii: "f"): return try scan(word: "false", as: .boolean(false))
    case UInt8(ascii: "n"): return try scan(word: "null", as: .null)
    case nil: throw malformed("the text ends where a value is expected")
    default: return try scanNumber()
    }
  }

  private mutating func scan(word: String, as value: JSONValue) throws(JSONProblem) -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw malformed("a value is expected here") }
    position += word.utf8.count
    return value
  }

  private mutating func scanMembers(depth: Int) throws(JSONProblem) -> [JSONValue.Member] {
    position += 1
    skipWhitespace()
    if skip("}") { return [] }
    var members: [JSONValue.Member] = []
    var names: Set<[UInt8]> = []
    repeat {
      skipWhitespace()
      guard next == UInt8(ascii: "\"") else { throw malformed("a name in quotation marks is expected here") }
      let name = try scanString()
      guard names.insert(Array(name.utf8)).inserted else { throw .duplicateName(name) }
      skipWhitespace()
      guard skip(":") else { throw malformed("a colon is expected here") }
      members.append(JSONValue.Member(name: name, value: try scanValue(depth: depth + 1)))
      skipWhitespace()
    } while skip(",")
    guard skip("}") else { throw malformed("a comma or a closing brace is expected here") }
    return members
  }

  private mutating func scanElements(depth: Int) throws(JSONProblem) -> [JSONValue] {
    position += 1
    skipWhitespace()
    if skip("]") { return [] }
    var elements: [JSONValue] = []
    repeat {
      elements.append(try scanValue(depth: depth + 1))
      skipWhitespace()
    } while skip(",")
    guard skip("]") else { throw malformed("a comma or a closing bracket is expected here") }
    return elements
  }

  private mutating func scanString() throws(JSONProblem) -> String {
    position += 1
    var content: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        content.append(contentsOf: String(try scanEscape()).utf8)
      case 0..<0x20:
        throw malformed("a control character in a string")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw malformed("the text ends inside a string")
  }

  private mutating func scanEscape() throws(JSONProblem) -> Unicode.Scalar {
    position += 1
    guard let letter = next else { throw malformed("the text ends inside a string") }
    if letter == UInt8(ascii: "u") {
      position += 1
      return try scanUnicodeEscape()
    }
    guard let scalar = Self.escapes[letter] else { throw malformed("an unknown escape sequence") }
    position += 1
    return scalar
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  /// What follows `\u`: one UTF-16 unit in hexadecimal, or two where the first is a surrogate.
  private mutating func scanUnicodeEscape() throws(JSONProblem) -> Unicode.Scalar {
    let unit = try scanHexadecimal()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, skip("\\"), skip("u") else { throw malformed("half of a surrogate pair") }
    let low = try scanHexadecimal()
    guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw malformed("half of a surrogate pair") }
    return scalar
  }

  private mutating func scanHexadecimal() throws(JSONProblem) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw malformed("four hexadecimal digits are expected here")
      }
      unit = unit << 4 + UInt32(digit)
      position += 1
    }
    return unit
  }

  private mutating func scanNumber() throws(JSONProblem) -> JSONValue {
    let start = position
    let isNegative = skip("-")
    guard isNegative || nextIsDigit else { throw malformed("a value is expected here") }
    if !skip("0") { try scanDigits() }
    let integerEnd = position
    if skip(".") { try scanDigits() }
    if skip("e") || skip("E") {
      _ = skip("+") || skip("-")
      try scanDigits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if position == integerEnd, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text) else { throw malformed("a number that cannot be read") }
    return .decimal(number)
  }

  /// One digit or more.
  private mutating func scanDigits() throws(JSONProblem) {
    guard nextIsDigit else { throw malformed("a digit is expected here") }
    while nextIsDigit { position += 1 }
  }
}
