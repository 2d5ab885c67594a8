/// The settings in a recipe as run, read as text, so that a recipe of any version can be shown.
struct RecipeSettings {
  /// What a recipe says of one model.
  struct Model {
    let task: String
    /// In the order of the text: keys and their values, those in `parameters` too.
    let values: [(key: String, value: String)]

    subscript(key: String) -> String? { values.first { $0.key == key }?.value }
  }

  /// In the order of the text: keys and their values, of the top level and of `parameters`.
  let values: [(key: String, value: String)]
  /// In the order of the text.
  let models: [Model]

  /// Lines such as `  temperature: 10.0  # what it means`.
  init(_ yaml: String) {
    var section = ""
    var values: [(key: String, value: String)] = []
    var models: [[(key: String, value: String)]] = []
    for line in yaml.split(separator: "\n") {
      guard let match = line.wholeMatch(of: /( *)(- )?([a-z0-9_]+): *(.*)/) else { continue }
      let (indentation, isItem) = (match.output.1.count, match.output.2 != nil)
      let (key, value) = (String(match.output.3), Self.value(match.output.4))
      if indentation == 0, !isItem { section = key }
      if section == "models", indentation == 2, isItem { models.append([]) }
      if section == "models", indentation == (isItem ? 2 : 4), !models.isEmpty {
        models[models.count - 1].append(Self.withoutParameters(key, value))
      } else if !isItem, indentation == 0 || (section == "parameters" && indentation == 2), !value.isEmpty {
        values.append((key, value))
      }
    }
    self.values = values
    self.models = models.compactMap { lines in
      lines.first { $0.key == "task" }.map { task in
        Model(task: Self.unquoted(task.value), values: lines.filter { $0.key != "task" })
      }
    }
  }

  subscript(key: String) -> String? { values.first { $0.key == key }?.value }

  func model(of task: String) -> Model? { models.first { $0.task == task } }

  /// What stands before the comment; a `#` in quotes begins none.
  private static func value(_ text: Substring) -> String {
    var quote: Unicode.Scalar?
    var isEscaped = false
    for index in text.unicodeScalars.indices {
      let scalar = text.unicodeScalars[index]
      if isEscaped {
        isEscaped = false
      } else if let open = quote {
        if scalar == open { quote = nil }
        isEscaped = open == "\"" && scalar == "\\"
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar == "#", text[..<index].hasSuffix("  ") {
        return String(text[..<index].dropLast(2))
      }
    }
    return String(text)
  }

  /// A model's own parameter, as in `parameters: {weight: 0.3}`, by its own name.
  private static func withoutParameters(_ key: String, _ value: String) -> (key: String, value: String) {
    guard key == "parameters", let inner = value.wholeMatch(of: /\{([a-z0-9_]+): (.*)\}/) else { return (key, value) }
    return (String(inner.output.1), String(inner.output.2))
  }

  /// The name of a task, which has no quotes in it.
  private static func unquoted(_ value: String) -> String {
    value.count > 1 && value.hasPrefix("'") && value.hasSuffix("'") ? String(value.dropFirst().dropLast()) : value
  }
}
