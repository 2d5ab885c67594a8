/// A token that is found in the text itself, before the model sees what is left.
struct AddedToken: Equatable, Sendable {
  let content: String
  var id: Int32
  /// Whether it does not count inside a word.
  var isSingleWord = false
  /// Whether it takes the white space before it.
  var stripsLeft = false
  /// Whether it takes the white space after it.
  var stripsRight = false
  /// Whether it is looked for in the normalised text, instead of in the text as it is.
  var isNormalized = false
}
