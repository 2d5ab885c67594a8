extension Pattern {
  /// The greatest length of a literal pattern, in scalars: every place of a text may be compared with all of it.
  private static let longestLiteral = 100

  /// A pattern as tokenizer.json has it: `{"String": …}` is meant literally, `{"Regex": …}` is an expression.
  init(_ json: JSONPlace) throws(TokenizerError) {
    try json.expectOnly(["String", "Regex"])
    if let place = try json.member("String") {
      let literal = try place.string()
      guard !literal.isEmpty else { throw place.unsupported("an empty pattern") }
      guard literal.unicodeScalars.count <= Self.longestLiteral else { throw place.unsupported(literal) }
      self.init([.text(Array(literal.unicodeScalars))])
      return
    }
    let place = try json.require("Regex")
    let source = try place.string()
    guard let pattern = Self.known[source] else { throw place.unsupported(source) }
    self = pattern
  }

  /// By their sources, the expressions that the models have: others might take a time that is exponential in the
  /// length of the text.
  private static let known: [String: Pattern] = [
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: .gpt2,
    #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#: .clip,
    #"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#: .clipWithoutTokens,
    #"\s+"#: .whitespace,
  ]
}
