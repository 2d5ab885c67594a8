import Merging

extension Recipe {
  /// The recipe as run: every default written out, what each key means to this method beside it, paths
  /// absolute, and a collection's models in place. Read again from the same path, it gives an equal recipe, but for what a
  /// search has chosen.
  ///
  /// - Parameter search: whose choice takes the place of `auto`.
  package func yaml(choosing search: MergeReport.Search? = nil) -> String {
    let parameters = RecipeKey.parameters.filter { $0.users.contains(mergeMethod) }
    var settings = settings
    if let search { settings.choose(search) }
    func line(_ key: RecipeKey) -> String {
      let note = key.write(settings) == key.write(self.settings) ? "" : " (chosen by auto: report.json has the grid)"
      return "\(key.name): \(key.write(settings))  # \(key.meaning(to: mergeMethod))\(note)"
    }
    let lines =
      [
        "# The recipe as run: every default written out, paths absolute.",
        "merge_method: \(mergeMethod.rawValue)",
        "base_model: \(yamlText(baseModel))",
        "models:",
      ]
      + models.flatMap(lines)
      + (parameters.isEmpty ? [] : ["parameters:"]) + parameters.map { "  " + line($0) }
      + RecipeKey.topLevel.map(line)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What most models do without.
  private func optionalLines(_ source: ModelSource) -> [String] {
    func list(_ texts: [String]) -> String { "[\(texts.map(yamlText).joined(separator: ", "))]" }
    var lines: [String] = []
    if let prompts = source.prompts {
      lines.append("    classes: \(list(prompts.classes))  # whose names make the head")
      lines.append("    templates: \(list(prompts.templates))")
    }
    if let texts = source.columns.texts { lines.append("    text: \(list(texts))") }
    if source.columns.label != TextColumns().label { lines.append("    label: \(yamlText(source.columns.label))") }
    if let metric = source.metric { lines.append("    metric: \(metric.rawValue)") }
    return lines
  }

  private func lines(_ source: ModelSource) -> [String] {
    [
      "  - model: \(yamlText(source.model))",
      "    task: \(yamlText(source.task))",
      source.headIsExplicit
        ? "    head: \(yamlText(source.head))"
        : "    head: null  # head.safetensors in the model's folder, or the head in its checkpoint",
      "    adapt: \(source.adapt.map(yamlText) ?? "null")",
      "    evaluate: \(source.evaluate.map(yamlText) ?? "null")",
    ] + optionalLines(source)
      + (mergeMethod.learns ? [] : ["    parameters: {weight: \(source.weight)}  # the model's factor"])
  }
}
