import Merging

/// How a task's inputs and classes are named.
extension RecipeReader {
  /// The class names and templates that make a head.
  ///
  /// - Parameter head: the head's file, which cannot be given too.
  mutating func readPrompts(_ entries: [SourceNode.Entry], head: String?) -> ClassPrompts? {
    guard let classes = entries.given("classes") else {
      if let templates = entries.given("templates") {
        findings.append(templates.source.finding("templates are for class names: classes is missing"))
      }
      return nil
    }
    if head != nil {
      findings.append(classes.source.finding("classes makes a head, and head names one; remove one of them"))
    }
    guard let names = attempt(try classes.value.words("classes")) else { return nil }
    guard names.count > 1 else {
      findings.append(classes.value.source.finding("classes must name at least two classes, got \(names.count)"))
      return nil
    }
    var prompts = ClassPrompts(classes: names)
    guard let templates = entries.given("templates") else { return prompts }
    guard let texts = attempt(try templates.value.words("templates")) else { return nil }
    if texts.isEmpty { findings.append(templates.value.source.finding("templates must hold at least one sentence")) }
    for text in texts where !text.contains(ClassPrompts.placeholder) {
      findings.append(
        templates.value.source.finding("the template '\(text)' has no {}, where the name of a class goes"))
    }
    prompts.templates = texts
    return prompts
  }

  /// What is measured besides accuracy.
  ///
  /// - Parameter isMeasured: whether there are labelled inputs.
  mutating func readMetric(_ entries: [SourceNode.Entry], isMeasured: Bool) -> Metric? {
    guard let entry = entries.given("metric") else { return nil }
    if !isMeasured {
      findings.append(entry.source.finding("metric is measured on labelled inputs: evaluate is missing"))
    }
    return attempt(try ValueKind<Metric>.choice.read(entry.value, "metric"))
  }

  /// Which columns of tables hold texts and labels.
  mutating func readColumns(_ entries: [SourceNode.Entry]) -> TextColumns {
    var columns = TextColumns()
    if let label = entries.given("label"), let name = attempt(try label.value.text("label")) { columns.label = name }
    guard let texts = entries.given("text"), let nodes = attempt(try texts.value.elementsOrOne("text")) else {
      return columns
    }
    var names: [String] = []
    for node in nodes {
      if let name = attempt(try node.text("a column of text")) { names.append(name) }
    }
    guard (1...2).contains(nodes.count) else {
      findings.append(texts.value.source.finding("text must name one column, or two for pairs, got \(nodes.count)"))
      return columns
    }
    if names.count == nodes.count { columns.texts = names }
    return columns
  }
}

extension SourceNode {
  /// The elements of a list, or the lines of a text file that is named in its place.
  fileprivate func words(_ name: String) throws(Finding) -> [String] {
    guard case .text = content else {
      var words: [String] = []
      for element in try elements(name) { words.append(try element.text("an element of \(name)")) }
      return words
    }
    let file = try Source(file: source.neighbour(try text(name))).readText()
    let start = file.utf8.starts(with: "\u{FEFF}".utf8) ? 3 : 0
    // Not by characters, of which a carriage return with its line feed is one.
    var lines = file.utf8.dropFirst(start).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0))
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      let place = "line \(index + 1) of the file of \(name)"
      if line.isEmpty { throw source.finding("\(place) is empty") }
      guard !line.utf8.contains(0), line.unicodeScalars.first != "\u{FEFF}" else {
        throw source.finding("\(place) holds a NUL character, or begins with a byte-order mark")
      }
    }
    return lines
  }
}
