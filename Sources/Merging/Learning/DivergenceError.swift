/// A number that is no longer finite, so that going on would make a useless model.
package struct DivergenceError: Error, Equatable, Codable, CustomStringConvertible {
  /// What it is: the loss, or a gradient.
  package let quantity: String
  package let task: String
  /// The merged tensor, where it is about one.
  package var tensor: String?
  package let step: Int

  package var description: String {
    "at step \(step) the \(quantity) of task \(task)\(tensor.map { " for \($0)" } ?? "") is not a finite number; "
      + "a smaller learning_rate or merge_coefficient may help"
  }
}
