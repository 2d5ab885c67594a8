import Tokenizers

/// The rows of a table, tokenized when they are asked for.
struct TokenizedTable: TextSource {
  let table: InputTable
  let tokenizer: Tokenizer
  /// The most tokens of a text.
  let limit: Int
  /// Whether the types say to which text of a pair a token belongs: only BERT was taught what they mean.
  let keepsTypes: Bool

  var path: String { table.path }
  var count: Int { table.count }

  func encoding(_ index: Int) throws -> (words: [Int], types: [Int]) {
    let texts = try table.row(index).texts
    let tokens = tokenizer.encode(texts[0], pair: texts.count > 1 ? texts[1] : nil, limit: limit)
    return (tokens.ids.map { Int($0) }, keepsTypes ? tokens.types.map { Int($0) } : [])
  }

  func name(_ index: Int) -> String { "the text of line \(table.line(ofRow: index))" }
}
