import Transformers

/// Texts as an encoder takes them: the tokens of one after those of another, without padding.
struct TokenRows: Sendable {
  /// Where each text starts among the tokens, and the end of the last.
  private(set) var starts = [0]
  private(set) var words: [Int32] = []
  /// Empty where all are 0.
  private(set) var types: [Int32] = []
  private let configuration: TextConfiguration
  private let path: String

  /// - Parameter path: where the texts are from, for messages.
  init(_ configuration: TextConfiguration, path: String) {
    self.configuration = configuration
    self.path = path
  }

  /// N.
  var count: Int { starts.count - 1 }
  var mostTokens: Int { zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0 }

  func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// Appends a text.
  ///
  /// - Parameters:
  ///   - types: as many as words, or none at all for all texts.
  ///   - name: the text's, as in "text 3".
  /// - Throws: `InputError` where it has no tokens or too many, or one that the model does not have.
  mutating func append(_ words: some Swift.Collection<Int>, types: some Swift.Collection<Int>, _ name: String) throws {
    guard !words.isEmpty else { throw InputError(["\(path): \(name) has no tokens"]) }
    guard words.count <= configuration.mostTokens else {
      throw InputError([
        "\(path): \(name) has \(words.count) tokens, but the model has positions for \(configuration.mostTokens)"
      ])
    }
    if let unknown = words.first(where: { !(0..<configuration.vocabulary).contains($0) }) {
      throw InputError([
        "\(path): token \(unknown) of \(name) is none of the model's \(configuration.vocabulary); is this the tokenizer "
          + "of another model?"
      ])
    }
    self.words += words.lazy.map { Int32($0) }
    if configuration.types > 0 {
      if let unknown = types.first(where: { !(0..<configuration.types).contains($0) }) {
        throw InputError(["\(path): token type \(unknown) of \(name) is none of the model's \(configuration.types)"])
      }
      self.types += types.lazy.map { Int32($0) }
    }
    starts.append(self.words.count)
  }
}
