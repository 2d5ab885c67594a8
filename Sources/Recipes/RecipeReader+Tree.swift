/// One tree from the recipe, its collection and the overrides.
extension RecipeReader {
  /// - Returns: nil where there is no tree to walk; there are findings then.
  mutating func assemble(_ text: String, overrides: [String]) -> SourceNode? {
    let file = file
    let overrides = overrides.compactMap { parse(override: $0) }
    guard var root = attempt(try RecipeReader.mapping(text, of: file, what: "recipe")) else { return nil }
    if isMergekit {
      do { root = try MergekitRecipe.translated(root) } catch {
        findings += error.findings
        return nil
      }
    }
    // Overrides of models may concern those of the collection, which another override may name.
    apply(overrides.filter { !$0.concernsModels }, to: &root)
    includeCollection(in: &root)
    if !modelsAreReported { apply(overrides.filter(\.concernsModels), to: &root) }
    return root
  }

  private mutating func parse(override text: String) -> Override? {
    let folder = file.folder
    return attempt(try Override(text, folder: folder))
  }

  private mutating func apply(_ overrides: [Override], to root: inout SourceNode) {
    for override in overrides {
      attempt(try override.apply(to: &root))
    }
  }

  /// Puts `base_model` and `models` of the collection that the recipe names, if any, into the recipe.
  /// Their paths stay relative to the collection's folder.
  private mutating func includeCollection(in root: inout SourceNode) {
    guard case .mapping(let entries) = root.content, let name = entries.given("collection") else { return }
    let own = KnownKeys.collection.compactMap(entries.given)
    for entry in own {
      findings.append(
        entry.source.finding("\(entry.key) is given here and by the collection too; remove this or `collection`"))
    }
    guard let collection = attempt(try RecipeReader.readCollection(name.value)), own.isEmpty else {
      modelsAreReported = true
      return
    }
    let given = KnownKeys.collection.compactMap(collection.entries.given)
    for key in KnownKeys.collection where !given.contains(where: { $0.key == key }) {
      findings.append(collection.place.finding("\(key) is missing in this collection"))
      modelsAreReported = true
    }
    root.content = .mapping(entries.filter { !KnownKeys.collection.contains($0.key) } + given)
  }

  /// - Parameter name: the collection's path, as written in the recipe.
  private static func readCollection(
    _ name: SourceNode
  ) throws(Finding) -> (entries: [SourceNode.Entry], place: Source) {
    let file = Source(file: name.source.neighbour(try name.text("collection")))
    let text: String
    do {
      text = try file.readText()
    } catch {
      throw name.source.finding("collection \(error.file) \(error.message)")
    }
    let root = try mapping(text, of: file, what: "collection")
    let entries = try root.entries("a collection")
    if let nested = entries.given("collection") {
      throw nested.source.finding("a collection cannot name a collection")
    }
    return (entries, root.source)
  }

  /// The mapping that a file consists of.
  private static func mapping(_ text: String, of file: Source, what: String) throws(Finding) -> SourceNode {
    guard let root = try SourceNode.parse(text, source: file), !root.isNull else {
      throw file.finding("the \(what) is empty")
    }
    guard case .mapping = root.content else { throw root.mismatch("a \(what)", mustBe: "a mapping of keys to values") }
    return root
  }
}
