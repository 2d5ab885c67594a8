/// The names of a classifier in the fine-tuned checkpoint that holds it.
package struct CheckpointHead: Equatable, Sendable {
  /// A linear layer, with or without a bias.
  package let classifier: String
  /// The linear layer and tanh before it, as RoBERTa has them.
  package let dense: String?

  /// Whether a tensor is the classifier's.
  package func holds(_ name: String) -> Bool {
    [classifier, dense].compactMap { $0 }.contains { name == $0 + ".weight" || name == $0 + ".bias" }
  }
}
