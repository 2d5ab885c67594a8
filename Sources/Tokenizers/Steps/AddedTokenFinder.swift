/// Finds added tokens in a text, from left to right, at each place the longest.
struct AddedTokenFinder: Sendable {
  /// A part of a text.
  enum Part: Equatable {
    case token(Int32)
    case text(Range<Int>)
  }

  /// Contents to indexes of `tokens`.
  private var contents = ScalarTrie()
  private var tokens: [AddedToken] = []

  /// Adds a token unless another is looked for as the same text.
  ///
  /// - Parameter content: what to look for.
  mutating func add(_ token: AddedToken, _ content: [Unicode.Scalar]) {
    if contents.insert(content, id: Int32(tokens.count)) == nil { tokens.append(token) }
  }

  /// The tokens in a text and what is between them; of an empty text, nothing.
  func split(_ scalars: [Unicode.Scalar]) -> [Part] {
    guard !tokens.isEmpty else { return scalars.isEmpty ? [] : [.text(0..<scalars.count)] }
    var parts: [Part] = []
    var end = 0
    var position = 0
    while position < scalars.count {
      guard let match = contents.longestMatch(in: scalars, position..<scalars.count) else {
        position += 1
        continue
      }
      let found = position..<match.end
      position = match.end
      let token = tokens[Int(match.id)]
      if token.isSingleWord && Self.isInWord(found, of: scalars) { continue }
      let taken = Self.extent(of: found, token, in: scalars)
      if end < taken.lowerBound { parts.append(.text(end..<taken.lowerBound)) }
      parts.append(.token(token.id))
      end = taken.upperBound
    }
    if end < scalars.count { parts.append(.text(end..<scalars.count)) }
    return parts
  }

  private static func isInWord(_ range: Range<Int>, of scalars: [Unicode.Scalar]) -> Bool {
    (range.lowerBound > 0 && ScalarSet.wordCharacters.contains(scalars[range.lowerBound - 1]))
      || (range.upperBound < scalars.count && ScalarSet.wordCharacters.contains(scalars[range.upperBound]))
  }

  /// The token with the white space that it takes, which the token before may have taken too.
  private static func extent(of range: Range<Int>, _ token: AddedToken, in scalars: [Unicode.Scalar]) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    if token.stripsLeft {
      while lower > 0 && scalars[lower - 1].properties.isWhitespace { lower -= 1 }
    }
    if token.stripsRight {
      while upper < scalars.count && scalars[upper].properties.isWhitespace { upper += 1 }
    }
    return lower..<upper
  }
}
