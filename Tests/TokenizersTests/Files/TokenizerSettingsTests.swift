import Foundation
import Testing

@testable import Tokenizers

@Suite struct TokenizerSettingsTests {
  private static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n"
  private static let wordPieces = #"""
    {"normalizer": {"type": "BertNormalizer", "lowercase": true}, "pre_tokenizer": {"type": "BertPreTokenizer"},
     "model": {"type": "WordPiece", "unk_token": "a", "vocab": {"a": 0}}}
    """#
  private static let bytePairs = #"""
    {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
     "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}
    """#

  private func tokenizer(_ name: String, _ text: String, settings: String) throws -> Tokenizer {
    let folder = try ScratchFolder()
    try folder.write(text, as: name)
    try folder.write(settings, as: "tokenizer_config.json")
    return try Tokenizer(folder: folder.path)
  }

  @Test(
    arguments: [
      (wordPieces, "do_lower_case", false), (wordPieces, "strip_accents", false),
      (wordPieces, "tokenize_chinese_chars", false), (wordPieces, "add_prefix_space", true),
      (wordPieces.replacing("true", with: "false"), "do_lower_case", true),
      (wordPieces.replacing("true", with: "false"), "strip_accents", true),
      (bytePairs, "do_lower_case", true), (bytePairs, "tokenize_chinese_chars", true),
      (bytePairs, "add_prefix_space", true), (bytePairs.replacing("false", with: "true"), "add_prefix_space", false),
    ])
  func whatContradictsTokenizerJSONIsRefused(json: String, key: String, value: Bool) throws {
    let folder = try ScratchFolder()
    try folder.write(json, as: "tokenizer.json")
    try folder.write(#"{"\#(key)": \#(value)}"#, as: "tokenizer_config.json")
    #expect(
      throws: TokenizerError.invalid(
        path: "\(folder.path)/tokenizer_config.json", place: key,
        reason: "is \(value), but tokenizer.json says \(!value)")
    ) { try Tokenizer(folder: folder.path) }
    for settings in [#"{"\#(key)": \#(!value)}"#, #"{"\#(key)": null}"#, "{}"] {
      #expect(throws: Never.self) { try tokenizer("tokenizer.json", json, settings: settings) }
    }
  }

  @Test(arguments: ["PreTrainedTokenizerFast", "TokenizersBackend", "T5Tokenizer"])
  func besideTokenizerJSONTheClassDoesNotMatter(name: String) {
    #expect(throws: Never.self) {
      try tokenizer("tokenizer.json", Self.bytePairs, settings: #"{"tokenizer_class": "\#(name)"}"#)
    }
  }

  @Test(
    arguments: [
      ("512", 512), ("1", 1), ("2147483647", 2_147_483_647), ("2147483648", nil), ("1e30", nil),
      ("1000000000000000019884624838656", nil), ("null", nil),
    ] as [(String, Int?)])
  func maximumLengths(text: String, length: Int?) throws {
    let settings = #"{"model_max_length": \#(text)}"#
    #expect(try tokenizer("tokenizer.json", Self.bytePairs, settings: settings).maximumLength == length)
    #expect(try tokenizer("vocab.txt", Self.vocabulary, settings: settings).maximumLength == length)
  }

  @Test(arguments: [
    #"{"model_max_length": 0}"#, #"{"model_max_length": -1}"#, #"{"model_max_length": 0.5}"#,
    #"{"model_max_length": "512"}"#, #"{"truncation_side": "left"}"#, #"{"truncation_side": 1}"#,
    #"{"do_lower_case": 1}"#, "[]", "",
  ])
  func whatCannotBeMetIsRefused(settings: String) {
    #expect(throws: TokenizerError.self) { try tokenizer("tokenizer.json", Self.bytePairs, settings: settings) }
    #expect(throws: TokenizerError.self) { try tokenizer("vocab.txt", Self.vocabulary, settings: settings) }
  }

  @Test func truncationOnTheRightIsAsItHasToBe() {
    #expect(throws: Never.self) {
      try tokenizer("vocab.txt", Self.vocabulary, settings: #"{"truncation_side": "right"}"#)
    }
  }
}
