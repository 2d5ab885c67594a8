import Checkpoints
import Transformers

/// The texts of one task, from a safetensors file: `input_ids` [N, L], padded on the right, `attention_mask` [N, L] (all
/// ones where there is none) and `token_type_ids` [N, L] (all zeros where there is none). They are kept without padding.
package struct TextInputs: Sendable {
  package let file: SafetensorsFile
  /// N.
  package var count: Int { starts.count - 1 }
  /// The most tokens of a text.
  package let mostTokens: Int
  /// The tokens of all texts.
  package var tokenCount: Int { words.count }

  /// Where each text starts among the tokens, and the end of the last.
  private let starts: [Int]
  private let words: [Int32]
  /// Empty where the file has none.
  private let types: [Int32]

  /// - Throws: `InputError` where the file holds no texts, padding in the midst of one, or tokens that the model does not
  ///   have.
  package init(path: String, configuration: TextConfiguration, counter: ReadCounter?) throws {
    let file = try SafetensorsFile(path: path, counter: counter)
    self.file = file
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
    let typeIDs = try integers("token_type_ids")

    var (starts, words, types) = ([0], [Int32](), [Int32]())
    words.reserveCapacity(ids.count)
    for text in 0..<texts {
      let row = text * length..<(text + 1) * length
      let tokens = mask.map { mask in row.prefix { mask[$0] != 0 }.count } ?? length
      if let mask, row.dropFirst(tokens).contains(where: { mask[$0] != 0 }) || tokens == 0 {
        throw InputError([
          "\(path): text \(text) "
            + (tokens == 0 && !row.contains { mask[$0] != 0 } ? "has no tokens" : "is not padded on the right")
            + ": its 'attention_mask' must be ones, then zeros"
        ])
      }
      guard tokens <= configuration.mostTokens else {
        throw InputError([
          "\(path): text \(text) has \(tokens) tokens, but the model has positions for \(configuration.mostTokens)"
        ])
      }
      for index in row.prefix(tokens) {
        guard (0..<configuration.vocabulary).contains(ids[index]) else {
          throw InputError([
            "\(path): token \(ids[index]) of text \(text) is none of the model's \(configuration.vocabulary); is this "
              + "the tokenizer of another model?"
          ])
        }
        words.append(Int32(ids[index]))
        guard let typeIDs, configuration.types > 0 else { continue }
        guard (0..<configuration.types).contains(typeIDs[index]) else {
          throw InputError([
            "\(path): token type \(typeIDs[index]) of text \(text) is none of the model's \(configuration.types)"
          ])
        }
        types.append(Int32(typeIDs[index]))
      }
      starts.append(words.count)
    }
    mostTokens = zip(starts, starts.dropFirst()).map { $1 - $0 }.max()!
    (self.starts, self.words, self.types) = (starts, words, types)
  }

  /// Calls `body` with a text's tokens and, where the file has them, their types.
  func withTokens(
    _ index: Int, _ body: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Int32>?) -> Void
  ) {
    let range = starts[index]..<starts[index + 1]
    words.withUnsafeBufferPointer { words in
      types.withUnsafeBufferPointer { types in
        body(
          UnsafeBufferPointer(rebasing: words[range]),
          types.isEmpty ? nil : UnsafeBufferPointer(rebasing: types[range]))
      }
    }
  }
}
