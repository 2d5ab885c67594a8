import Tokenizers

/// Tokenizers: tokenizer.json, or a vocabulary with its small files; and what they make of texts.
struct TokenizerFolders: FuzzedReader {
  let name = "tokenizer"

  func seeds() -> [Seed] { TokenizerSeeds.all }

  private static let texts = [
    "", "A good b, abab aaab NEW ab.", "\u{FEFF}é e\u{301}漢字\u{1F600}\u{0}\t[MASK]  <mask>  \r\n\u{FDFA}",
    String(repeating: "ab``a ", count: 40), String(repeating: "a", count: 300) + Extremes.stacked(64),
  ]

  func read(_ folder: String) throws -> Digest {
    let tokenizer = try Tokenizer(folder: folder)
    var digest = Digest()
    digest.add(tokenizer.vocabularyCount)
    for (index, text) in Self.texts.enumerated() {
      for pair in [nil, Self.texts[Self.texts.count - 1 - index]] {
        let limit = max(tokenizer.specialCount(isPair: pair != nil), min(tokenizer.maximumLength ?? 64, 64))
        let tokens = tokenizer.encode(text, pair: pair, limit: limit)
        guard tokens.ids.count <= limit, tokens.types.count == tokens.ids.count else {
          throw Violation("\(tokens.ids.count) tokens, where \(limit) are allowed")
        }
        guard tokens.ids.allSatisfy({ (0..<tokenizer.vocabularyCount).contains(Int($0)) }),
          tokens.types.allSatisfy({ (0...1).contains($0) })
        else { throw Violation("a token that is none of the \(tokenizer.vocabularyCount)") }
        tokens.ids.withUnsafeBytes { digest.add($0) }
        tokens.types.withUnsafeBytes { digest.add($0) }
      }
    }
    return digest
  }
}
