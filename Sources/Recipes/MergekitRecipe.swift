import Merging

/// A recipe of mergekit's, in this program's words.
///
/// `linear` and `task_arithmetic` come out with the same bytes: all tensors are merged, each model's weight multiplies
/// first, `normalize` divides and `lambda` multiplies what is summed.
///
/// Not covered: slices, weights that change from layer to layer, adapters, tokenizers that are merged.
///
/// Source: mergekit's documentation of its configuration, https://github.com/arcee-ai/mergekit.
struct MergekitRecipe {
  private var findings: [Finding] = []

  private static let topLevel = [
    "merge_method", "base_model", "models", "parameters", "dtype", "out_dtype", "name",
  ]
  private static let unsupported = [
    "slices", "modules", "tokenizer_source", "tokenizer", "chat_template", "write_model_card",
  ]
  private static let parameters = ["weight", "normalize", "lambda", "int8_mask"]

  /// The tree that `RecipeReader` reads.
  ///
  /// - Throws: everything that mergekit would understand and this program does not.
  static func translated(_ root: SourceNode) throws(RecipeError) -> SourceNode {
    var translation = MergekitRecipe()
    let entries: [SourceNode.Entry]
    do { entries = try root.entries("a recipe") } catch { throw RecipeError([error]) }
    let result = translation.translate(entries, root)
    guard translation.findings.isEmpty else { throw RecipeError(translation.findings) }
    return SourceNode(content: .mapping(result), source: root.source)
  }

  private mutating func translate(_ entries: [SourceNode.Entry], _ root: SourceNode) -> [SourceNode.Entry] {
    for entry in entries where !Self.topLevel.contains(entry.key) {
      let isKnown = Self.unsupported.contains(entry.key)
      findings.append(
        entry.source.finding(
          isKnown
            ? "this program does not run mergekit's '\(entry.key)'"
            : "unknown key '\(entry.key)'" + suggestion(for: entry.key, among: Self.topLevel, owner: "mergekit has")))
    }
    var result: [SourceNode.Entry] = []
    let method = readMethod(entries, root)
    if let entry = entries.given("merge_method") { result.append(entry) }
    let parameters = attempt { () throws(Finding) in
      try entries.given("parameters").map { (entry) throws(Finding) in try entry.value.entries("parameters") } ?? []
    }
    checkParameters(parameters ?? [], place: "under parameters", known: Self.parameters)
    let models = readModels(
      entries, weight: parameters?.given("weight"), base: entries.given("base_model"), method: method)
    let base = entries.given("base_model") ?? models.first?.base
    if let base { result.append(SourceNode.Entry(key: "base_model", source: base.source, value: base.value)) }
    if let entry = entries.given("models") {
      let list = SourceNode(content: .list(models.map(\.node)), source: entry.value.source)
      result.append(SourceNode.Entry(key: "models", source: entry.source, value: list))
    }
    let dtype = entries.given("out_dtype") ?? entries.given("dtype")
    result.append(
      SourceNode.Entry(
        key: "dtype", source: dtype?.source ?? root.source, value: dtype?.value ?? Self.word("base", at: root.source)))
    var own: [SourceNode.Entry] = (parameters ?? []).filter { ["normalize", "lambda"].contains($0.key) }
    if method == .taskArithmetic {
      own.append(
        SourceNode.Entry(key: "merge_coefficient", source: root.source, value: Self.word("1", at: root.source)))
      own.append(
        SourceNode.Entry(key: "scaled", source: root.source, value: Self.word(".*", at: root.source, isQuoted: true)))
    }
    result.append(
      SourceNode.Entry(
        key: "parameters", source: entries.given("parameters")?.source ?? root.source,
        value: SourceNode(content: .mapping(own), source: root.source)))
    return result
  }

  private static func word(_ text: String, at source: Source, isQuoted: Bool = false) -> SourceNode {
    SourceNode(content: .text(text, isQuoted: isQuoted), source: source)
  }

  private mutating func attempt<Value>(_ body: () throws(Finding) -> Value) -> Value? {
    do { return try body() } catch {
      findings.append(error)
      return nil
    }
  }

  private mutating func readMethod(_ entries: [SourceNode.Entry], _ root: SourceNode) -> MergeMethod? {
    let runnable = [MergeMethod.linear, .taskArithmetic]
    guard let entry = entries.given("merge_method") else {
      findings.append(root.source.finding("merge_method is missing"))
      return nil
    }
    guard let text = attempt({ () throws(Finding) in try entry.value.text("merge_method") }) else { return nil }
    guard let method = runnable.first(where: { $0.rawValue == text }) else {
      let names = runnable.map(\.rawValue).joined(separator: " and ")
      findings.append(
        entry.value.source.finding(
          "of mergekit's methods this program runs \(names) as mergekit does, not '\(text)'; it has methods of its own for "
            + "recipes of its own"))
      return nil
    }
    return method
  }

  private mutating func checkParameters(_ entries: [SourceNode.Entry], place: String, known: [String]) {
    for entry in entries {
      guard known.contains(entry.key) else {
        let hint = suggestion(for: entry.key, among: known, owner: "these methods have")
        findings.append(entry.source.finding("unknown key '\(entry.key)' \(place)\(hint)"))
        continue
      }
      guard case .text = entry.value.content else {
        findings.append(
          entry.value.source.finding("this program takes one value for \(entry.key), not \(entry.value.summary)"))
        continue
      }
    }
  }

  private mutating func readModels(
    _ entries: [SourceNode.Entry], weight: SourceNode.Entry?, base: SourceNode.Entry?, method: MergeMethod?
  ) -> [(node: SourceNode, base: SourceNode.Entry)] {
    guard let entry = entries.given("models"),
      let nodes = attempt({ () throws(Finding) in try entry.value.elements("models") })
    else { return [] }
    var names: [String: Int] = [:]
    let basePath = try? base?.value.path("base_model")
    return nodes.compactMap { node in
      guard let keys = attempt({ () throws(Finding) in try node.entries("a models entry") }) else { return nil }
      for entry in keys where !["model", "parameters"].contains(entry.key) {
        let hint = suggestion(for: entry.key, among: ["model", "parameters"], owner: "it has")
        findings.append(entry.source.finding("unknown key '\(entry.key)' in a models entry\(hint)"))
      }
      guard let model = keys.given("model"),
        let path = attempt({ () throws(Finding) in try model.value.path("model") })
      else {
        findings.append(node.source.finding("model is missing in a models entry"))
        return nil
      }
      // The base's own task vector is nought.
      if method == .taskArithmetic, path == basePath { return nil }
      let own =
        attempt { () throws(Finding) in
          try keys.given("parameters").map { (entry) throws(Finding) in try entry.value.entries("parameters") } ?? []
        } ?? []
      checkParameters(own, place: "under parameters of a models entry", known: ["weight"])
      guard let weight = own.given("weight") ?? weight else {
        findings.append(node.source.finding("weight is missing for a model, here or under parameters"))
        return nil
      }
      let folder = TaskName.ofModel(at: path)
      let count = (names[folder] ?? 0) + 1
      names[folder] = count
      let task = count == 1 ? folder : "\(folder)-\(count)"
      let weights = SourceNode(
        content: .mapping([SourceNode.Entry(key: "weight", source: weight.source, value: weight.value)]),
        source: node.source)
      let translated: [SourceNode.Entry] = [
        model,
        SourceNode.Entry(key: "task", source: model.source, value: Self.word(task, at: model.source, isQuoted: true)),
        SourceNode.Entry(key: "parameters", source: node.source, value: weights),
      ]
      return (SourceNode(content: .mapping(translated), source: node.source), model)
    }
  }
}
