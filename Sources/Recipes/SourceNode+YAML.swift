import Yams

extension SourceNode {
  /// Reads one YAML document. Anchors and aliases are resolved; a key given twice is refused.
  ///
  /// - Parameter source: the beginning of the file, or the override that the text is the value of.
  /// - Returns: nil where the text holds nothing but blanks and comments.
  static func parse(_ yaml: String, source: Source) throws(Finding) -> SourceNode? {
    // The parser knows no byte order mark where it is told that the text is UTF-8.
    let yaml = yaml.unicodeScalars.first == "\u{FEFF}" ? String(yaml.unicodeScalars.dropFirst()) : yaml
    try YAMLLimits.check(yaml, source: source)
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw finding(for: error, in: yaml, source: source)
    }
    guard let root else { return nil }
    return try SourceNode(root, in: source)
  }

  private init(_ node: Node, in file: Source) throws(Finding) {
    source = node.mark.map { file.at(line: $0.line, column: $0.column) } ?? file
    switch node {
    case .scalar(let scalar):
      content = .text(scalar.string, isQuoted: scalar.style != .plain)
    case .sequence(let sequence):
      var elements: [SourceNode] = []
      for element in sequence { elements.append(try SourceNode(element, in: file)) }
      content = .list(elements)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        let key = try SourceNode(key, in: file)
        entries.append(Entry(key: try key.text("a key"), source: key.source, value: try SourceNode(value, in: file)))
      }
      content = .mapping(entries)
    case .alias:
      preconditionFailure("composed nodes hold no aliases")
    }
  }

  private static func finding(for error: any Error, in yaml: String, source: Source) -> Finding {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      let place = source.at(line: mark.line, column: mark.column)
      if isTab(at: mark, of: yaml) { return place.finding("not valid YAML: a tab where only spaces may indent") }
      guard let context else { return place.finding("not valid YAML: \(problem)") }
      let isElsewhere = place.line != nil && context.mark.line != mark.line
      let start = isElsewhere ? " that begins in line \(context.mark.line)" : ""
      return place.finding("not valid YAML: \(context.text)\(start), \(problem)")
    case .composer(let context, let problem, let mark, _):
      // Of the parser's two composing problems, only a second document has a context.
      let text = context == nil ? "not valid YAML: \(problem)" : "a second document begins here; only one is read"
      return source.at(line: mark.line, column: mark.column).finding(text)
    case .reader(let problem, let offset, _, _):
      let before = offset.map { yaml.prefix($0) } ?? ""
      let line = before.count(where: \.isNewline) + 1
      let column = before.reversed().prefix { !$0.isNewline }.count + 1
      return source.at(line: line, column: column).finding("not valid YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
      let words = keys.count == 1 ? "key \(names) is" : "keys \(names) are"
      return source.at(line: context.mark.line, column: context.mark.column)
        .finding("\(words) given more than once")
    default:
      return source.finding("not valid YAML: \(error)")
    }
  }

  private static func isTab(at mark: Mark, of yaml: String) -> Bool {
    let lines = yaml.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(mark.line - 1) else { return false }
    return lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first == "\t"
  }
}
