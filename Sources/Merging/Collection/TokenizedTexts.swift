import Tokenizers

/// Texts that are given, tokenized when they are asked for.
struct TokenizedTexts: TextSource {
  let texts: [String]
  let tokenizer: Tokenizer
  /// The most tokens of a text.
  let limit: Int
  /// Whose tokenizer it is.
  let path: String

  var count: Int { texts.count }

  func encoding(_ index: Int) throws -> (words: [Int], types: [Int]) {
    (tokenizer.encode(texts[index], limit: limit).ids.map { Int($0) }, [])
  }

  func name(_ index: Int) -> String { String(reflecting: texts[index]) }
}
