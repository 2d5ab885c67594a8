/// Which columns of a table of texts a task uses.
package struct TextColumns: Equatable, Sendable {
  /// One, or two for pairs of texts; nil: those with the usual names.
  package var texts: [String]?
  package var label: String

  package init(texts: [String]? = nil, label: String = "label") {
    self.texts = texts
    self.label = label
  }
}

/// Class names, and sentences to put them in: CLIP's text tower makes a head of them.
package struct ClassPrompts: Equatable, Sendable {
  /// What stands in a template for the class's name.
  package static let placeholder = "{}"

  /// In the order of their labels.
  package var classes: [String]
  package var templates: [String]

  package init(classes: [String], templates: [String] = ["a photo of a {}."]) {
    self.classes = classes
    self.templates = templates
  }

  /// The prompts of a class.
  func texts(ofClass label: Int) -> [String] {
    templates.map { $0.replacing(Self.placeholder, with: classes[label]) }
  }
}

/// What a task's predictions are judged by, besides accuracy.
package enum Metric: String, CaseIterable, Codable, Sendable {
  /// Matthews' correlation of labels and predictions, from -1 to 1.
  case matthews
  /// The harmonic mean of precision and recall of class 1.
  case f1
}
