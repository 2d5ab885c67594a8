import Foundation
import TestSupport

/// Small tokenizers, and what other libraries encode with them: tokenizers 0.23.3, and transformers 5.24.0 for the
/// folders without tokenizer.json. `Tests/Fixtures/tokenizers/make.py` made them.
enum TokenizerFixtures {
  static let names = [
    "bert-cased", "bert-files", "bert-uncased", "clip", "clip-files", "gpt2", "gpt2-files", "prefix", "roberta",
    "roberta-files", "splits", "suffix", "whole-words",
  ]

  /// What a library encodes: a text or two by their indexes, and what comes out.
  struct Case: Decodable {
    let text: Int
    let pair: Int?
    let limit: Int
    let ids: [Int32]
    /// Nil where all are 0.
    let types: [Int32]?
  }

  static func path(of name: String) -> String { Fixtures.path("tokenizers/\(name)") }

  static func texts() throws -> [String] {
    try JSONDecoder().decode([String].self, from: try contents(of: "texts.json"))
  }

  static func cases(of name: String) throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: try contents(of: "\(name)/expected.json"))
  }

  static func contents(of name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(of: name)))
  }
}
