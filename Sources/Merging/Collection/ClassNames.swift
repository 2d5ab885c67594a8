/// The names that a task's classes have, if they have any: those of the recipe, or of `label2id` in a model's configuration.
struct ClassNames: Equatable, Sendable {
  /// Each class's number.
  let numbers: [String: Int]
  /// Whether a name reads as a number other than its class's, as the stars 1 to 5 of a review do.
  let areOtherNumbers: Bool

  init(_ numbers: [String: Int]) {
    self.numbers = numbers
    areOtherNumbers = numbers.contains { name, number in Int(name).map { $0 != number } ?? false }
  }

  /// The class that a label in a table means: that of its name, else the one whose number it is. Where names are other
  /// numbers, a number that is no name says nothing.
  func number(of label: String) -> Int? {
    numbers[label] ?? (areOtherNumbers ? nil : Int(label))
  }

  /// Why a label means no class, in words that follow "which is".
  var refusal: String {
    if numbers.isEmpty { return "no whole number; the model's config.json has no label2id" }
    let names = numbers.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map { "'\($0.key)'" }
      .joined(separator: ", ")
    return areOtherNumbers
      ? "none of the names of the model's classes, \(names), which are numbers themselves"
      : "no whole number, nor one of the model's \(names)"
  }
}
