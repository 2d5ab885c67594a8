/// How one kind of value is read from a recipe and written back.
struct ValueKind<Value>: Sendable {
  /// Takes the node and the key's name, for findings.
  let read: @Sendable (SourceNode, String) throws(Finding) -> Value
  /// YAML on one line that reads back as an equal value.
  let write: @Sendable (Value) -> String

  /// A value that may be left open, which is written `null`.
  static func optional<Wrapped: Sendable>(_ kind: ValueKind<Wrapped>) -> ValueKind where Value == Wrapped? {
    ValueKind(
      read: { (node, name) throws(Finding) in try kind.read(node, name) },
      write: { $0.map(kind.write) ?? "null" })
  }
}

extension ValueKind where Value: FixedWidthInteger & Sendable {
  /// A whole number in decimal digits. Octal, hexadecimal and `1_000` are refused rather than guessed at.
  ///
  /// - Precondition: `minimum` is not negative.
  static func wholeNumber(atLeast minimum: Value) -> ValueKind {
    precondition(minimum >= 0)
    return ValueKind(
      read: { (node, name) throws(Finding) in
        guard case .text(let text, isQuoted: false) = node.content, text.wholeMatch(of: /[-+]?(0|[1-9][0-9]*)/) != nil
        else { throw node.mismatch(name, mustBe: "a whole number") }
        guard let value = Value(text) else {
          let limit = text.hasPrefix("-") ? "at least \(minimum)" : "at most \(Value.max)"
          throw node.source.finding("\(name) must be \(limit), got \(text)")
        }
        guard value >= minimum else { throw node.source.finding("\(name) must be at least \(minimum), got \(text)") }
        return value
      },
      write: { "\($0)" })
  }
}

extension ValueKind where Value == Double {
  /// Any finite number.
  static let number = number("a finite number") { _ in true }

  /// A finite number that meets a condition.
  ///
  /// - Parameter demand: the condition in words that follow "must be".
  static func number(_ demand: String, where isAllowed: @escaping @Sendable (Double) -> Bool) -> ValueKind {
    ValueKind(
      read: { (node, name) throws(Finding) in
        let form = /[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)/
        guard case .text(let text, isQuoted: false) = node.content, text.wholeMatch(of: form) != nil
        else { throw node.mismatch(name, mustBe: "a number") }
        guard let value = Double(text), value.isFinite, isAllowed(value) else {
          throw node.source.finding("\(name) must be \(demand), got \(text)")
        }
        return value
      },
      write: { "\($0)" })
  }
}

extension ValueKind where Value == Bool {
  static let flag = ValueKind(
    read: { (node, name) throws(Finding) in
      if case .text(let text, isQuoted: false) = node.content {
        if ["true", "yes", "on"].contains(text.lowercased()) { return true }
        if ["false", "no", "off"].contains(text.lowercased()) { return false }
      }
      throw node.mismatch(name, mustBe: "true or false")
    },
    write: { "\($0)" })
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of a type's cases.
  static var choice: ValueKind {
    ValueKind(
      read: { (node, name) throws(Finding) in
        let text = try node.text(name)
        guard let value = Value(rawValue: text) else {
          let known = Value.allCases.map(\.rawValue)
          throw node.source.finding("unknown value '\(text)' for \(name)\(suggestion(for: text, among: known))")
        }
        return value
      },
      write: { $0.rawValue })
  }
}

extension ValueKind {
  /// Some of a type's cases, at least one, each once; one word stands for a list of one.
  static func choices<Choice>() -> ValueKind
  where Value == Set<Choice>, Choice: RawRepresentable<String> & CaseIterable & Sendable {
    ValueKind(
      read: { (node, name) throws(Finding) in
        var chosen: Set<Choice> = []
        for element in try node.elementsOrOne(name) {
          let choice = try ValueKind<Choice>.choice.read(element, name)
          guard chosen.insert(choice).inserted else {
            throw element.source.finding("\(name) names \(choice.rawValue) twice")
          }
        }
        guard !chosen.isEmpty else {
          let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
          throw node.source.finding("\(name) must name at least one of \(known)")
        }
        return chosen
      },
      write: { chosen in
        "[\(Choice.allCases.filter(chosen.contains).map(\.rawValue).joined(separator: ", "))]"
      })
  }
}

extension ValueKind where Value == [String] {
  /// Regular expressions; one word stands for a list of one.
  static let patterns = ValueKind(
    read: { (node, name) throws(Finding) in
      var patterns: [String] = []
      for element in try node.elementsOrOne(name) {
        let pattern = try element.text("a pattern of \(name)")
        do {
          _ = try Regex(pattern)
        } catch {
          throw element.source.finding("'\(pattern)' of \(name) is not a regular expression: \(error)")
        }
        patterns.append(pattern)
      }
      return patterns
    },
    write: { "[\($0.map(yamlText).joined(separator: ", "))]" })
}

extension ValueKind where Value == Int {
  /// Bytes.
  static func byteSize(atLeast least: Int) -> ValueKind {
    ValueKind(
      read: { (node, name) throws(Finding) in
        guard case .text(let text, _) = node.content, let bytes = ByteSize.parse(text) else {
          throw node.mismatch(name, mustBe: "a size such as 5GB, 500MB or 2GiB")
        }
        guard bytes >= least else {
          throw node.source.finding("\(name) must be at least \(ByteSize.write(least)), got \(text)")
        }
        return bytes
      },
      write: ByteSize.write)
  }
}

extension ValueKind where Value == Int {
  /// Seconds.
  static let duration = ValueKind(
    read: { (node, name) throws(Finding) in
      guard case .text(let text, _) = node.content, let seconds = Duration.parse(text) else {
        throw node.mismatch(name, mustBe: "a time such as 8h, 90min or 1h 30min")
      }
      return seconds
    },
    write: Duration.write)
}

extension ValueKind where Value == String {
  /// The path of a file or folder, made absolute.
  static let path = ValueKind(
    read: { (node, name) throws(Finding) in try node.path(name) }, write: yamlText)
}
