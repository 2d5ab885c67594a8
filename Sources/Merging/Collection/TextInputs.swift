import Transformers

/// The texts of one task: each becomes tokens whenever it is asked for, and none is kept.
package struct TextInputs: Sendable {
  /// The tokens of one text, without padding.
  package struct Tokens: Equatable, Sendable {
    package let words: [Int32]
    /// As many as words; empty where all are 0.
    package let types: [Int32]
  }

  /// N.
  package var count: Int { source.count }
  /// Where they are from.
  var path: String { source.path }
  let labels: InputLabels

  private let source: any TextSource
  private let configuration: TextConfiguration

  init(_ source: any TextSource, labels: InputLabels, configuration: TextConfiguration) {
    self.source = source
    self.labels = labels
    self.configuration = configuration
  }

  /// A text's tokens.
  ///
  /// - Throws: `InputError` or `CheckpointError` where the text cannot be read, has no tokens or too many, or one that the
  ///   model does not have.
  package func tokens(_ index: Int) throws -> Tokens {
    let (words, types) = try source.encoding(index)
    func refuse(_ reason: (String) -> String) -> InputError { InputError(["\(path): \(reason(source.name(index)))"]) }
    guard !words.isEmpty else { throw refuse { "\($0) has no tokens" } }
    guard words.count <= configuration.mostTokens else {
      throw refuse { "\($0) has \(words.count) tokens, but the model has positions for \(configuration.mostTokens)" }
    }
    if let unknown = words.first(where: { !(0..<configuration.vocabulary).contains($0) }) {
      throw refuse {
        "token \(unknown) of \($0) is none of the model's \(configuration.vocabulary); is this the tokenizer of another "
          + "model?"
      }
    }
    // A model that embeds no types ignores them.
    let isTyped = configuration.types > 0 && !types.isEmpty
    if isTyped, let unknown = types.first(where: { !(0..<configuration.types).contains($0) }) {
      throw refuse { "token type \(unknown) of \($0) is none of the model's \(configuration.types)" }
    }
    return Tokens(words: words.map { Int32($0) }, types: isTyped ? types.map { Int32($0) } : [])
  }
}
