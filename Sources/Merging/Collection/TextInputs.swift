import Checkpoints
import Tokenizers
import Transformers

/// The texts of one task as tokens, which are kept in memory.
package struct TextInputs: Sendable {
  /// N.
  package var count: Int { rows.count }
  /// The most tokens of a text.
  package let mostTokens: Int
  /// The tokens of all texts.
  package var tokenCount: Int { rows.words.count }
  let labels: InputLabels
  /// Where they are from.
  let path: String

  private let rows: TokenRows

  /// Reads a safetensors file: `input_ids` [N, L], padded on the right, `attention_mask` [N, L] (all ones where there is
  /// none) and `token_type_ids` [N, L] (all zeros where there is none).
  ///
  /// - Throws: `InputError` where the file holds no texts, padding in the midst of one, or tokens that the model does not
  ///   have.
  package init(path: String, configuration: TextConfiguration) throws {
    let file = try SafetensorsFile(path: path)
    guard let entry = file["input_ids"] else {
      let names = file.entries.map { "'\($0.name)'" }.joined(separator: ", ")
      throw InputError([
        "\(path) holds no texts: no 'input_ids' (I64 [N, L]), but \(names.isEmpty ? "nothing" : names)"
      ])
    }
    guard !entry.elementType.isFloatingPoint, entry.shape.count == 2, !entry.shape.contains(0) else {
      throw InputError([
        "\(path): 'input_ids' is \(entry.elementType.rawValue) \(entry.shape); it must be whole numbers [N, L]"
      ])
    }
    let (texts, length) = (entry.shape[0], entry.shape[1])
    func integers(_ name: String) throws -> [Int]? {
      guard let other = file[name] else { return nil }
      guard !other.elementType.isFloatingPoint, other.shape == entry.shape else {
        throw InputError([
          "\(path): '\(name)' is \(other.elementType.rawValue) \(other.shape), but 'input_ids' has shape \(entry.shape)"
        ])
      }
      return try file.readIntegers(name, elements: 0..<texts * length)
    }
    let ids = try integers("input_ids")!
    let mask = try integers("attention_mask")
    let types = try integers("token_type_ids")

    var rows = TokenRows(configuration, path: path)
    for text in 0..<texts {
      let row = text * length..<(text + 1) * length
      let own = row.prefix(mask.map { mask in row.prefix { mask[$0] != 0 }.count } ?? length)
      if let mask, row.dropFirst(own.count).contains(where: { mask[$0] != 0 }) {
        throw InputError([
          "\(path): text \(text) is not padded on the right: its 'attention_mask' must be ones, then zeros"
        ])
      }
      try rows.append(ids[own], types: types?[own] ?? [], "text \(text)")
    }
    self.init(rows, labels: .tensor(file), path: path)
  }

  /// Tokenizes the rows of a table.
  ///
  /// - Parameters:
  ///   - limit: the most tokens of a text.
  ///   - labels: of the rows.
  /// - Throws: `InputError` where a text has no tokens, or some that the model does not have.
  init(
    _ table: TextTable, tokenizer: Tokenizer, limit: Int, configuration: TextConfiguration, labels: InputLabels
  ) throws {
    var rows = TokenRows(configuration, path: table.path)
    for row in 0..<table.count {
      let texts = table.texts(ofRow: row)
      let tokens = tokenizer.encode(texts[0], pair: texts.count > 1 ? texts[1] : nil, limit: limit)
      // Only BERT was taught what its types mean.
      let types = configuration.family == .bert ? tokens.types.map { Int($0) } : []
      try rows.append(tokens.ids.map { Int($0) }, types: types, "the text of line \(table.line(ofRow: row))")
    }
    self.init(rows, labels: labels, path: table.path)
  }

  init(_ rows: TokenRows, labels: InputLabels, path: String) {
    self.rows = rows
    self.path = path
    self.labels = labels
    mostTokens = rows.mostTokens
  }

  /// Calls `body` with a text's tokens and, where there are any, their types.
  func withTokens(
    _ index: Int, _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Int32>?) -> Void
  ) {
    let range = rows.range(index)
    rows.words.withUnsafeBufferPointer { words in
      rows.types.withUnsafeBufferPointer { types in
        body(
          UnsafeBufferPointer(rebasing: words[range]),
          types.isEmpty ? nil : UnsafeBufferPointer(rebasing: types[range]))
      }
    }
  }
}
