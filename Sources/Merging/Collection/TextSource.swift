/// Texts that become tokens one by one, when they are asked for.
protocol TextSource: Sendable {
  /// Where they are from, for messages.
  var path: String { get }
  /// N.
  var count: Int { get }

  /// A text's tokens and their types; no types where all are 0.
  ///
  /// - Throws: `InputError` or `CheckpointError` where the text cannot be read.
  func encoding(_ index: Int) throws -> (words: [Int], types: [Int])

  /// How messages name a text, as in "text 3".
  func name(_ index: Int) -> String
}
