import Merging

/// One reading of a recipe: walks the tree, and collects findings instead of stopping at the first.
struct RecipeReader {
  /// The recipe's file, at its beginning.
  let file: Source
  /// Whether it is a recipe of mergekit's.
  let isMergekit: Bool
  var findings: [Finding] = []
  var settings = Settings()
  /// Whether findings say already why the base model or the models are not there.
  var modelsAreReported = false

  init(path: String, isMergekit: Bool = false) {
    file = Source(file: path)
    self.isMergekit = isMergekit
  }

  /// - Returns: nil exactly where there are findings.
  mutating func read(_ text: String, overrides: [String]) -> Recipe? {
    guard let root = assemble(text, overrides: overrides), let entries = attempt(try root.entries("a recipe")) else {
      return nil
    }
    checkKeys(of: entries, known: KnownKeys.topLevel, place: "", elsewhere: KnownKeys.parameters, "under parameters")

    let method = readMethod(entries, of: root)
    readSettings(entries)
    readParameters(entries, method: method)
    let baseModel = readBaseModel(entries, of: root)
    let models = readModels(entries, of: root, method: method)

    guard findings.isEmpty, let method, let baseModel else { return nil }
    return Recipe(path: file.name, mergeMethod: method, baseModel: baseModel, models: models, settings: settings)
  }

  /// The value, or nil and one more finding.
  @discardableResult
  mutating func attempt<Value>(_ value: @autoclosure () throws(Finding) -> Value) -> Value? {
    do {
      return try value()
    } catch {
      findings.append(error)
      return nil
    }
  }

  /// Takes a key's value into the settings.
  ///
  /// - Returns: false where the value is wrong.
  @discardableResult
  mutating func read(_ key: RecipeKey, _ node: SourceNode) -> Bool {
    var changed = settings
    guard attempt(try key.read(node, &changed)) != nil else { return false }
    settings = changed
    return true
  }

  /// Reports keys that are not known where they stand.
  ///
  /// - Parameters:
  ///   - place: where that is, in words that follow the key; empty: the top level.
  ///   - suggested: those of the known keys that the finding may name, and what has them.
  ///   - others: keys that are known in another place, which `otherPlace` names.
  mutating func checkKeys(
    of entries: [SourceNode.Entry], known: [String], place: String,
    suggested: (keys: [String], owner: String)? = nil,
    elsewhere others: [String] = [], _ otherPlace: String = ""
  ) {
    let suggested = suggested ?? (known, "this version has")
    for entry in entries where !known.contains(entry.key) {
      if others.contains(entry.key) {
        findings.append(entry.source.finding("key '\(entry.key)' belongs \(otherPlace)"))
      } else {
        let words = ["unknown key '\(entry.key)'", place].filter { !$0.isEmpty }.joined(separator: " ")
        let hint = suggestion(for: entry.key, among: suggested.keys, owner: suggested.owner)
        findings.append(entry.source.finding(words + hint))
      }
    }
  }

  private mutating func readMethod(_ entries: [SourceNode.Entry], of root: SourceNode) -> MergeMethod? {
    guard let entry = entries.given("merge_method") else {
      let known = MergeMethod.allCases.map(\.rawValue).joined(separator: ", ")
      findings.append(root.source.finding("merge_method is missing; this version has \(known)"))
      return nil
    }
    return attempt(try ValueKind<MergeMethod>.choice.read(entry.value, "merge_method"))
  }

  private mutating func readSettings(_ entries: [SourceNode.Entry]) {
    for key in RecipeKey.topLevel {
      guard let entry = entries.given(key.name) else { continue }
      read(key, entry.value)
    }
  }
}
