import Checkpoints
import Foundation
import Testing

@testable import Tokenizers

@Suite struct TokenizerJSONTests {
  /// A small tokenizer.json with some members in place of the usual ones.
  private func text(_ members: [String: String], model: [String: String] = [:]) -> String {
    var modelMembers = [
      "type": #""BPE""#, "vocab": #"{"a": 0, "b": 1, "ab": 2}"#, "merges": #"["a b"]"#,
    ].merging(model) { $1 }
    modelMembers = modelMembers.filter { !$0.value.isEmpty }
    let all = ["version": #""1.0""#, "model": object(modelMembers)].merging(members) { $1 }
    return object(all.filter { !$0.value.isEmpty })
  }

  private static func noSettings() throws -> TokenizerSettings {
    let folder = try ScratchFolder()
    return try TokenizerSettings(TokenizerFolder(path: folder.path))
  }

  private func object(_ members: [String: String]) -> String {
    "{" + members.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }

  private func tokenizer(_ members: [String: String], model: [String: String] = [:]) throws -> Tokenizer {
    let json = try JSONPlace(path: "t", bytes: Array(text(members, model: model).utf8))
    return try Tokenizer(json, Self.noSettings())
  }

  private func added(_ content: String, _ id: Int, _ more: String = "") -> String {
    #"[{"id": \#(id), "content": "\#(content)"\#(more)}]"#
  }

  @Test func theLeastThatIsNeeded() throws {
    let tokenizer = try tokenizer(["version": ""], model: ["type": ""])
    #expect(tokenizer.encode("abba", limit: 9).ids == [2, 1, 0])
    #expect(tokenizer.vocabularyCount == 3 && tokenizer.maximumLength == nil)
  }

  @Test func mergesAsPairs() throws {
    #expect(try tokenizer([:], model: ["merges": #"[["a", "b"]]"#]).encode("ab", limit: 9).ids == [2])
  }

  @Test func truncationAndPaddingOfTheFileAreLeftAside() throws {
    let tokenizer = try tokenizer([
      "truncation": #"{"max_length": 1}"#, "padding": #"{"pad_id": 7, "strategy": {"Fixed": 128}}"#,
    ])
    #expect(tokenizer.encode("abab", limit: 9).ids == [2, 2])
  }

  @Test func addedTokensFollowTheVocabulary() throws {
    let tokenizer = try tokenizer(["added_tokens": added("X", 3)])
    #expect(tokenizer.encode("aXb", limit: 9).ids == [0, 3, 1])
    #expect(tokenizer.vocabularyCount == 4)
  }

  @Test func addedTokensAreNormalizedWhereTheySaySo() throws {
    for (isNormalized, ids) in [(true, [0, 3, 1] as [Int32]), (false, [2])] {
      let tokenizer = try tokenizer([
        "normalizer": #"{"type": "Lowercase"}"#, "added_tokens": added("XY", 3, #", "normalized": \#(isNormalized)"#),
      ])
      #expect(tokenizer.encode("axYb", limit: 9).ids == ids)
    }
  }

  @Test func ofTokensThatAreTheSameWhenNormalizedTheFirstIsFound() throws {
    let tokens = #"[{"id": 3, "content": "XY"}, {"id": 4, "content": "xy"}]"#
    let tokenizer = try tokenizer(["normalizer": #"{"type": "Lowercase"}"#, "added_tokens": tokens])
    #expect(tokenizer.encode("aXYbxy", limit: 9).ids == [0, 3, 1, 3])
  }

  @Test func tokensThatDifferInNormalizationOnlyAreTwo() throws {
    let vocabulary = #"{"é": 0, "e": 1, "\u0301": 2, "e\u0301": 3}"#
    let tokenizer = try tokenizer([:], model: ["vocab": vocabulary, "merges": "[]"])
    #expect(tokenizer.encode("ée\u{301}", limit: 9).ids == [0, 1, 2])
  }

  @Test func namesInPlacesAreQuoted() throws {
    let special = #"{"[A\n]": {"ids": "a"}}"#
    let template = #"""
      {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[A\n]", "type_id": 0}}], "pair": [],
       "special_tokens": \#(special)}
      """#
    #expect(
      throws: TokenizerError.invalid(
        path: "t", place: #"post_processor.special_tokens."[A\n]".ids"#, reason: "is not a list")
    ) { try tokenizer(["post_processor": template]) }
  }

  @Test func bertProcessingAndSequences() throws {
    let bert = #"{"type": "BertProcessing", "sep": ["b", 1], "cls": ["a", 0]}"#
    let bytes = #"{"type": "ByteLevel", "trim_offsets": false}"#
    let encoding = try tokenizer([
      "post_processor": #"{"type": "Sequence", "processors": [\#(bytes), \#(bert)]}"#
    ]).encode("ab", pair: "a", limit: 9)
    #expect(encoding == Encoding(ids: [0, 2, 1, 0, 1], types: [0, 0, 0, 1, 1]))
    #expect(throws: TokenizerError.self) {
      try tokenizer(["post_processor": #"{"type": "Sequence", "processors": [\#(bert), \#(bert)]}"#])
    }
  }

  @Test(
    arguments: [
      (["version": #""2.0""#], "2.0"), (["normaliser": "{}"], "normaliser"),
      (["normalizer": #"{"type": "Precompiled"}"#], "Precompiled"),
      (["normalizer": #"{"type": "Lowercase", "locale": "tr"}"#], "locale"),
      (["normalizer": #"{"type": "Sequence", "normalizers": [{"type": "Nmt"}]}"#], "Nmt"),
      (["normalizer": #"{"type": "Replace", "pattern": {"Regex": "(a|aa)+b"}, "content": ""}"#], "(a|aa)+b"),
      (["normalizer": #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aa"}"#], "aa"),
      (["normalizer": #"{"type": "Prepend", "prepend": "__"}"#], "__"),
      (["normalizer": #"{"type": "Replace", "pattern": {"String": ""}, "content": ""}"#], "an empty pattern"),
      (["pre_tokenizer": #"{"type": "Metaspace"}"#], "Metaspace"),
      (["pre_tokenizer": #"{"type": "Split", "pattern": {"String": "a"}, "behavior": "Kept"}"#], "Kept"),
      (["pre_tokenizer": #"{"type": "Split", "pattern": {"Regex": "^a"}, "behavior": "Removed"}"#], "^a"),
      (
        [
          "pre_tokenizer":
            #"{"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Sequence", "pretokenizers": ["#
            + #"{"type": "ByteLevel"}]}]}"#
        ], "a second ByteLevel"
      ),
      (["post_processor": #"{"type": "Other"}"#], "Other"),
      (["model": #"{"type": "Unigram", "vocab": []}"#], "Unigram"),
      (["model": #"{"type": "WordLevel", "vocab": {}}"#], "WordLevel"),
      (["model": #"{"type": "BPE", "vocab": {}, "merges": [], "dropout": 0.1}"#], "dropout"),
    ] as [([String: String], String)])
  func whatIsNotSupportedIsRefusedByName(members: [String: String], feature: String) throws {
    let error = try #require(throws: TokenizerError.self) { try tokenizer(members) }
    guard case .unsupported("t", _, feature) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test(arguments: [
    ["model": ""], ["model": "1"], ["model": "{}"], ["added_tokens": "{}"], ["added_tokens": "[1]"],
    ["added_tokens": "[{}]"], ["added_tokens": #"[{"id": -1, "content": "X"}]"#],
    ["added_tokens": #"[{"id": 99999999999, "content": "X"}]"#],
    ["added_tokens": #"[{"id": 1.5, "content": "X"}]"#], ["added_tokens": #"[{"id": 9, "content": "X"}]"#],
    ["added_tokens": #"[{"id": 1, "content": "ab"}]"#],
    ["added_tokens": #"[{"id": 3, "content": "X", "lstrip": 1}]"#],
    ["added_tokens": #"[{"id": 3, "content": "X"}, {"id": 4, "content": "X"}]"#],
    ["added_tokens": #"[{"id": 3, "content": "X", "normalized": false}, {"id": 4, "content": "X"}]"#],
    ["added_tokens": #"[{"id": 3, "content": "\n "}]"#],
    ["added_tokens": #"[{"id": 3, "content": "\#(String(repeating: "X", count: 1_001))"}]"#],
    [
      "normalizer": #"{"type": "Replace", "pattern": {"String": "X"}, "content": " "}"#,
      "added_tokens": #"[{"id": 3, "content": "X"}]"#,
    ],
    [
      "normalizer": #"{"type": "StripAccents"}"#,
      "added_tokens": #"[{"id": 3, "content": "\u0301", "normalized": true}]"#,
    ],
    ["normalizer": "1"], ["normalizer": "{}"], ["normalizer": #"{"type": 1}"#],
    ["normalizer": #"{"type": "Lowercase", "type": "NFC"}"#], ["normalizer": #"{"type": "Sequence"}"#],
    ["pre_tokenizer": #"{"type": "ByteLevel", "use_regex": "yes"}"#],
    ["pre_tokenizer": #"{"type": "Split", "pattern": {}, "behavior": "Removed"}"#],
    ["post_processor": #"{"type": "BertProcessing", "sep": ["b", 1]}"#],
    ["post_processor": #"{"type": "BertProcessing", "sep": ["b", 1], "cls": ["a"]}"#],
    ["post_processor": #"{"type": "BertProcessing", "sep": ["b", 1], "cls": ["a", 4294967296]}"#],
    [
      "post_processor":
        #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "C", "type_id": 0}}], "pair": []}"#
    ],
    [
      "post_processor":
        #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "C", "type_id": 0}}], "pair": []}"#
    ],
  ])
  func filesWithMistakesAreRefused(members: [String: String]) {
    #expect(throws: TokenizerError.self) { try tokenizer(members) }
  }

  /// Of BERT's and RoBERTa's processors too the ids are looked at.
  @Test(arguments: [
    #"{"type": "BertProcessing", "sep": ["b", 1], "cls": ["a", 3]}"#,
    #"{"type": "RobertaProcessing", "sep": ["b", 3], "cls": ["a", 1]}"#,
    #"{"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}}"#,
  ])
  func templatesThatFitNoTextAreRefused(processor: String) throws {
    let error = try #require(throws: TokenizerError.self) { try tokenizer(["post_processor": processor]) }
    guard case .invalid("t", "post_processor", _) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func idsOfAddedTokensMayStandInTemplates() throws {
    let tokenizer = try tokenizer([
      "post_processor": #"{"type": "BertProcessing", "sep": ["b", 1], "cls": ["X", 3]}"#,
      "added_tokens": added("X", 3),
    ])
    #expect(tokenizer.encode("a", limit: 3).ids == [3, 0, 1])
  }

  @Test(arguments: [
    ["vocab": #"{"\#(String(repeating: "a", count: 1_001))": 0}"#, "merges": "[]"],
    ["vocab": ""], ["vocab": "1"], ["vocab": #"{"a": 0, "a": 1}"#], ["vocab": #"{"a": -1}"#], ["vocab": #"{"a": "0"}"#],
    ["vocab": #"{"a": 2147483648}"#], ["vocab": #"{"a": 1e3}"#], ["vocab": "{}"], ["merges": ""], ["merges": "{}"],
    ["merges": "[1]"], ["merges": #"["ab"]"#], ["merges": #"["a b b"]"#], ["merges": #"[["a"]]"#],
    ["merges": #"[["a", 1]]"#], ["merges": #"["a z"]"#], ["merges": #"["b a"]"#], ["unk_token": #""?""#],
    ["unk_token": "1"], ["fuse_unk": "1"], ["continuing_subword_prefix": #""abc""#],
    ["end_of_word_suffix": #""\#(String(repeating: "a", count: 17))""#],
    ["continuing_subword_prefix": #""\#(String(repeating: "a", count: 1_000_000))""#, "merges": "[]"],
    ["type": #""WordPiece""#, "merges": ""], ["type": #""WordPiece""#, "merges": "", "unk_token": #""?""#],
    [
      "type": #""WordPiece""#, "merges": "", "unk_token": #""a""#, "max_input_chars_per_word": "-1",
    ],
  ])
  func modelsWithMistakesAreRefused(model: [String: String]) {
    #expect(throws: TokenizerError.self) { try tokenizer([:], model: model) }
  }

  /// Ten thousand steps take seconds for every text.
  @Test func endlessSequencesAreRefused() throws {
    for (key, steps, step) in [
      ("normalizer", "normalizers", #"{"type": "NFC"}"#),
      ("pre_tokenizer", "pretokenizers", #"{"type": "BertPreTokenizer"}"#),
    ] {
      func sequence(_ count: Int, of step: String) -> String {
        #"{"type": "Sequence", "\#(steps)": ["# + [String](repeating: step, count: count).joined(separator: ", ") + "]}"
      }
      #expect(throws: Never.self) { try tokenizer([key: sequence(5, of: step)]) }
      for wrong in [sequence(10_000, of: step), sequence(10, of: sequence(10, of: step))] {
        #expect(throws: TokenizerError.self) { try tokenizer([key: wrong]) }
      }
    }
  }

  @Test func theLargestIDIsAllowed() throws {
    let tokenizer = try tokenizer([:], model: ["vocab": #"{"a": 2147483647}"#, "merges": "[]"])
    #expect(tokenizer.encode("a", limit: 1).ids == [.max])
    #expect(tokenizer.vocabularyCount == 1 << 31)
  }

  @Test func cutOffFilesAreRefused() throws {
    for name in ["bert-cased", "whole-words"] {
      let bytes = Array(try TokenizerFixtures.contents(of: "\(name)/tokenizer.json"))
      for count in stride(from: 0, to: bytes.count - 2, by: 97) {
        #expect(throws: TokenizerError.self) { try JSONPlace(path: "t", bytes: Array(bytes[..<count])) }
      }
    }
  }

  /// A changed byte gives a tokenizer or an error.
  @Test func damagedFilesDoNotCrash() throws {
    let settings = try Self.noSettings()
    for name in ["whole-words", "prefix", "splits"] {
      let bytes = Array(try TokenizerFixtures.contents(of: "\(name)/tokenizer.json"))
      for index in stride(from: 0, to: bytes.count, by: 13) {
        var damaged = bytes
        damaged[index] = [0x22, 0x7B, 0x5D, 0x2C, 0x39, 0x5C][index % 6]
        guard String(validating: damaged, as: UTF8.self) != nil else { continue }
        if let json = try? JSONPlace(path: "t", bytes: damaged) {
          let tokenizer = try? Tokenizer(json, settings)
          _ = tokenizer?.encode("The cat's 12 é 漢 <s> http", pair: "b", limit: 30)
        }
      }
    }
  }
}
