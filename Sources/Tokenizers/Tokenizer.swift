/// Turns text into the ids of tokens, id for id as Hugging Face's tokenizers library does.
///
/// A text passes four steps: added tokens are taken out and the rest is normalised, cut into pieces, and
/// encoded by the model; then special tokens are added.
package struct Tokenizer: Sendable {
  let normalizer: Normalizer?
  let preTokenizer: PreTokenizer?
  let model: TokenModel
  let template: SpecialTokenTemplate
  /// The largest id of a token, and 1.
  package let vocabularyCount: Int
  /// How many tokens the model takes, special ones included; nil where the files do not say, or no number is
  /// too large.
  package let maximumLength: Int?

  /// The added tokens that are looked for in the text as it is.
  private let verbatimTokens: AddedTokenFinder
  /// Those that are looked for in the normalised text.
  private let normalizedTokens: AddedTokenFinder

  /// - Parameter path: the file that the parts come from, for messages.
  init(
    normalizer: Normalizer?, preTokenizer: PreTokenizer?, model: TokenModel, template: SpecialTokenTemplate,
    addedTokens: [AddedToken], vocabulary: Vocabulary, maximumLength: Int?, path: String
  ) throws(TokenizerError) {
    self.normalizer = normalizer
    self.preTokenizer = preTokenizer
    self.model = model
    self.template = template
    self.maximumLength = maximumLength
    vocabularyCount = Self.vocabularyCount(vocabulary, addedTokens)
    var contents: Set<[UInt8]> = []
    var verbatimTokens = AddedTokenFinder()
    var normalizedTokens = AddedTokenFinder()
    for token in addedTokens {
      var content = Array(token.content.unicodeScalars)
      var problem = content.problem
      if !contents.insert(Array(token.content.utf8)).inserted { problem = "is there twice" }
      if problem == nil, token.isNormalized, let normalizer {
        content = normalizer.normalize(content)
        problem = content.problem.map { "\($0) when normalized" }
      }
      if let problem {
        throw .invalid(path: path, place: "added_tokens", reason: "\(token.content.quoted) \(problem)")
      }
      // Of tokens that are one and the same when normalised, the first is found.
      if token.isNormalized { normalizedTokens.add(token, content) } else { verbatimTokens.add(token, content) }
    }
    self.verbatimTokens = verbatimTokens
    self.normalizedTokens = normalizedTokens
  }

  /// The largest id of a token, and 1.
  static func vocabularyCount(_ vocabulary: Vocabulary, _ addedTokens: [AddedToken]) -> Int {
    addedTokens.reduce(Int(vocabulary.largestID)) { max($0, Int($1.id)) } + 1
  }

  /// The number of special tokens that come with a text or a pair: the least limit that `encode` can keep.
  package func specialCount(isPair: Bool) -> Int { template.specialCount(isPair: isPair) }

  /// The tokens of a text or a pair of texts, with special tokens.
  ///
  /// - Parameter limit: the greatest number of tokens in all. Tokens go from the right, of a pair always from
  ///   the longer text.
  /// - Precondition: `limit` is at least `specialCount(isPair:)`.
  package func encode(_ text: String, pair: String? = nil, limit: Int) -> Encoding {
    precondition(limit >= specialCount(isPair: pair != nil), "no room for the special tokens")
    let room = limit - specialCount(isPair: pair != nil)
    let first = ids(of: text)
    guard let pair else { return template.fill(Array(first.prefix(room)), nil) }
    let second = ids(of: pair)
    let kept = Truncation.longestFirst(first.count, second.count, room: room)
    return template.fill(Array(first.prefix(kept.first)), Array(second.prefix(kept.second)))
  }

  /// The tokens of a text, without special tokens.
  private func ids(of text: String) -> [Int32] {
    let scalars = Array(text.unicodeScalars)
    var ids: [Int32] = []
    for part in verbatimTokens.split(scalars) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range): appendIDs(of: Array(scalars[range]), to: &ids)
      }
    }
    return ids
  }

  /// Appends the tokens of what is left between the tokens of the text as it is.
  private func appendIDs(of scalars: [Unicode.Scalar], to ids: inout [Int32]) {
    let normalized = normalizer?.normalize(scalars) ?? scalars
    for part in normalizedTokens.split(normalized) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let range):
        let pieces = PieceList(Array(normalized[range]))
        let cut = preTokenizer?.cut(pieces) ?? pieces
        for piece in cut.ranges { model.encode(cut.scalars, piece, into: &ids) }
      }
    }
  }
}

extension [Unicode.Scalar] {
  /// Why an added token cannot be looked for as this text: it would make finding it slow.
  fileprivate var problem: String? {
    if allSatisfy(\.properties.isWhitespace) { return "is nothing but white space" }
    return count > Vocabulary.longestToken ? "is longer than \(Vocabulary.longestToken) characters" : nil
  }
}
