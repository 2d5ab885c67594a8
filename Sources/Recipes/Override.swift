import Checkpoints

/// `KEY=VALUE` of the command line: a value that takes the place of what the recipe says.
struct Override {
  /// From the outermost key to the innermost; positions in lists are numbers from 0.
  let keys: [String]
  let value: SourceNode
  let source: Source

  /// - Parameters:
  ///   - text: the dotted key, `=`, and a YAML scalar, flow list or nothing. `parameters.` may be left out
  ///     before a key that is known only there.
  ///   - folder: the recipe's.
  init(_ text: String, folder: String) throws(Finding) {
    guard Array(text.utf8).withUnsafeBytes({ StackedMarks.firstExcess(in: $0) }) == nil else {
      throw Finding(file: "--set", message: "holds a letter with more than \(StackedMarks.most) accents")
    }
    source = Source(override: text, folder: folder)
    guard let equals = text.firstIndex(of: "=") else { throw source.finding("is not of the form KEY=VALUE") }
    let keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard keys.count <= YAMLLimits.mostLevels else {
      throw Finding(
        file: "--set",
        message: "holds a key of \(keys.count) parts; a recipe has at most \(YAMLLimits.mostLevels) levels")
    }
    guard !keys.contains("") else { throw source.finding("a part of the key is empty") }
    self.keys = (Override.belongsUnderParameters(keys[0]) ? ["parameters"] : []) + keys
    value = try SourceNode.parse(String(text[text.index(after: equals)...]), source: source) ?? .null(at: source)
  }

  /// A misspelt key stands where the nearest known one does, so that the finding can name that one.
  private static func belongsUnderParameters(_ key: String) -> Bool {
    if KnownKeys.topLevel.contains(key) { return false }
    let meant = nearest(to: key, among: KnownKeys.topLevel + KnownKeys.parameters)
    return meant.map(KnownKeys.parameters.contains) ?? false
  }

  /// Whether a collection may have what this replaces.
  var concernsModels: Bool { KnownKeys.collection.contains(keys[0]) }

  /// Replaces the value, and creates the mappings on the way to it where they are absent.
  func apply(to root: inout SourceNode) throws(Finding) {
    try replace(in: &root, depth: 0)
  }

  private func replace(in node: inout SourceNode, depth: Int) throws(Finding) {
    guard depth < keys.count else {
      node = value
      return
    }
    let (key, path) = (keys[depth], keys[..<depth].joined(separator: "."))
    if node.isNull { node = SourceNode(content: .mapping([]), source: source) }
    switch node.content {
    case .text:
      throw source.finding("\(path) holds a single value, not a '\(key)'")
    case .list(var elements):
      guard let index = Int(key), elements.indices.contains(index) else {
        throw source.finding("\(path) has \(elements.count) elements, numbered from 0, and no '\(key)'")
      }
      try replace(in: &elements[index], depth: depth + 1)
      node.content = .list(elements)
    case .mapping(var entries):
      let index = entries.firstIndex { $0.key == key } ?? entries.endIndex
      if index == entries.endIndex {
        entries.append(SourceNode.Entry(key: key, source: source, value: .null(at: source)))
      }
      if depth == keys.count - 1 { entries[index].source = source }
      try replace(in: &entries[index].value, depth: depth + 1)
      node.content = .mapping(entries)
    }
  }
}
