/// The settings in a recipe as run, read as text, so that a recipe of any version can be shown.
struct RecipeSettings {
  /// In the order of the text: keys and their values, of the top level and of `parameters`.
  let values: [(key: String, value: String)]

  /// Lines such as `  temperature: 10.0  # what it means`; the models' own lines are passed over.
  init(_ yaml: String) {
    var section = ""
    values = yaml.split(separator: "\n").compactMap { line -> (key: String, value: String)? in
      guard let match = line.wholeMatch(of: /( *)([a-z0-9_]+): *(.*)/) else { return nil }
      let isTop = match.output.1.isEmpty
      if isTop { section = String(match.output.2) }
      guard isTop || (section == "parameters" && match.output.1.count == 2) else { return nil }
      let value = match.output.3.split(separator: "  #", maxSplits: 1, omittingEmptySubsequences: false)[0]
      return value.isEmpty ? nil : (String(match.output.2), String(value))
    }
  }

  subscript(key: String) -> String? { values.first { $0.key == key }?.value }
}
