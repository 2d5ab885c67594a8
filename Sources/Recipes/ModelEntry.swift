/// One fine-tuned model of a recipe. Paths are absolute.
package struct ModelEntry: Equatable, Sendable {
  /// The model's folder.
  package let model: String
  /// The task's name; distinct within a recipe, and fit to be a file's name.
  package let task: String
  /// The head's file. Unless it is explicit, it need not exist: a text model's head is in its own checkpoint.
  package let head: String
  package let headIsExplicit: Bool
  /// Unlabelled inputs to learn from.
  package let adapt: String?
  /// Labelled inputs to measure with.
  package let evaluate: String?
  /// The model's factor in a static method; 1 in a learning one.
  package let weight: Double
}
