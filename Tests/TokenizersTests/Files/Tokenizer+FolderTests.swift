import Checkpoints
import Foundation
import Glibc
import Testing

@testable import Tokenizers

@Suite struct TokenizerFolderTests {
  private static let wordPieces = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nÉ\nc\n"
  private static let bytePairs = #"{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "a": 5, "b": 6, "ab": 7}"#
  private static let merges = "#version: 0.2\na b\n"

  private func tokenizer(_ files: [String: String]) throws -> Tokenizer {
    let folder = try ScratchFolder()
    for (name, text) in files { try folder.write(text, as: name) }
    return try Tokenizer(folder: folder.path)
  }

  private func expectUnsupported(_ feature: String, _ files: [String: String]) throws {
    let error = try #require(throws: TokenizerError.self) { try tokenizer(files) }
    guard case .unsupported(_, _, feature) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func anEmptyFolderHasNone() throws {
    let folder = try ScratchFolder()
    try folder.write("{}", as: "vocab.json")
    let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.path) }
    #expect(error.description.hasPrefix("\(folder.path): holds no tokenizer; looked for tokenizer.json, vocab.txt"))
  }

  @Test func tokenizerJSONGoesFirst() throws {
    let json = #"{"model": {"type": "BPE", "vocab": {"a": 41}, "merges": []}}"#
    #expect(try tokenizer(["tokenizer.json": json, "vocab.txt": "x"]).encode("a", limit: 9).ids == [41])
  }

  @Test func settingsOfBERT() throws {
    let lower = try tokenizer(["vocab.txt": Self.wordPieces])
    #expect(lower.encode("Ab É", limit: 9).ids == [2, 5, 6, 1, 3])
    #expect(lower.vocabularyCount == 9 && lower.maximumLength == nil)
    let cased = try tokenizer(["vocab.txt": Self.wordPieces, "tokenizer_config.json": #"{"do_lower_case": false}"#])
    #expect(cased.encode("Ab É", limit: 9).ids == [2, 1, 7, 3])
    let accented = try tokenizer([
      "vocab.txt": Self.wordPieces.replacing("É", with: "é"), "tokenizer_config.json": #"{"strip_accents": false}"#,
    ])
    #expect(accented.encode("É", limit: 9).ids == [2, 7, 3])
    let plain = try tokenizer([
      "vocab.txt": Self.wordPieces + "漢\n字\n##字\n漢字",
      "tokenizer_config.json": #"{"tokenize_chinese_chars": false}"#,
    ])
    #expect(plain.encode("漢字", limit: 9).ids == [2, 12, 3])
  }

  @Test func linesMayEndInCarriageReturnAndLineFeed() throws {
    let tokenizer = try tokenizer(["vocab.txt": Self.wordPieces.replacing("\n", with: "\r\n")])
    #expect(tokenizer.encode("ab c", limit: 9).ids == [2, 5, 6, 8, 3] && tokenizer.vocabularyCount == 9)
  }

  @Test(arguments: ["a\rb", "a\r\r", "\ra"]) func otherCarriageReturnsAreRefused(line: String) throws {
    let vocabulary = Self.wordPieces + line + "\n"
    let error = try #require(throws: TokenizerError.self) { try tokenizer(["vocab.txt": vocabulary]) }
    guard case .invalid(_, "line 10", _) = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test func longTokensAreRefused() throws {
    let vocabulary = Self.wordPieces + String(repeating: "é", count: 1_000)
    #expect(throws: Never.self) { try tokenizer(["vocab.txt": vocabulary + "\n"]) }
    #expect(throws: TokenizerError.self) { try tokenizer(["vocab.txt": vocabulary + "é\n"]) }
  }

  @Test func ofATokenThatIsThereTwiceTheLastLineCounts() throws {
    #expect(try tokenizer(["vocab.txt": Self.wordPieces + "a\n"]).encode("a", limit: 9).ids == [2, 9, 3])
  }

  @Test func specialTokensMayHaveOtherNames() throws {
    let files = ["vocab.txt": Self.wordPieces.replacing("[CLS]", with: "<c>")]
    #expect(throws: TokenizerError.self) { try tokenizer(files) }
    let map = #"{"cls_token": {"content": "<c>", "lstrip": false, "normalized": false}}"#
    let named = try tokenizer(files.merging(["special_tokens_map.json": map]) { $1 })
    #expect(named.encode("<c>", limit: 9).ids == [2, 2, 3])
  }

  /// As in transformers: the map goes before tokenizer_config.json, unless that lists the added tokens.
  @Test func whichFileNamesASpecialToken() throws {
    var files = [
      "vocab.txt": Self.wordPieces, "tokenizer_config.json": #"{"cls_token": "a"}"#,
      "special_tokens_map.json": #"{"cls_token": "c"}"#,
    ]
    #expect(try tokenizer(files).encode("", limit: 9).ids == [8, 3])
    files["tokenizer_config.json"] = #"{"cls_token": "a", "added_tokens_decoder": {}}"#
    #expect(try tokenizer(files).encode("", limit: 9).ids == [5, 3])
    files["special_tokens_map.json"] = "no JSON"
    #expect(try tokenizer(files).encode("", limit: 9).ids == [5, 3])
    files["tokenizer_config.json"] = "{}"
    #expect(throws: TokenizerError.self) { try tokenizer(files) }
  }

  @Test func specialTokensAreNormalizedWhereTheySaySo() throws {
    let vocabulary = Self.wordPieces + "<x>\n"
    for (token, ids) in [
      (#""<x>""#, [2, 1, 1, 1, 3]), (#"{"content": "<x>"}"#, [2, 1, 1, 1, 3]),
      (#"{"content": "<x>", "normalized": true}"#, [2, 9, 3]),
    ] as [(String, [Int32])] {
      let tokenizer = try tokenizer(["vocab.txt": vocabulary, "special_tokens_map.json": #"{"mask_token": \#(token)}"#])
      #expect(tokenizer.encode("<X>", limit: 9).ids == ids)
    }
  }

  @Test func kindsOfBytePairs() throws {
    let files = ["vocab.json": Self.bytePairs, "merges.txt": Self.merges]
    #expect(throws: TokenizerError.self) { try tokenizer(files) }
    for (name, text) in [
      ("config.json", #"{"model_type": "roberta"}"#),
      ("tokenizer_config.json", #"{"tokenizer_class": "RobertaTokenizerFast"}"#),
    ] {
      let tokenizer = try tokenizer(files.merging([name: text]) { $1 })
      #expect(tokenizer.encode("ab", pair: "<mask>", limit: 9).ids == [0, 7, 2, 2, 4, 2])
    }
    try expectUnsupported("t5", files.merging(["config.json": #"{"model_type": "t5"}"#]) { $1 })
    try expectUnsupported(
      "T5Tokenizer", files.merging(["tokenizer_config.json": #"{"tokenizer_class": "T5Tokenizer"}"#]) { $1 })
    try expectUnsupported(
      "byte pairs for bert", files.merging(["config.json": #"{"model_type": "bert"}"#]) { $1 })
  }

  @Test func addedTokens() throws {
    let decoder = #"{"added_tokens_decoder": {"9": {"content": "[X]", "special": true}, "10": {"content": "[Y]"}}}"#
    let files = ["vocab.txt": Self.wordPieces, "tokenizer_config.json": decoder]
    let tokenizer = try tokenizer(files)
    #expect(tokenizer.encode("[X]a[Y]", limit: 9).ids == [2, 9, 5, 10, 3] && tokenizer.vocabularyCount == 11)
    #expect(throws: TokenizerError.self) {
      try self.tokenizer(files.merging(["tokenizer_config.json": decoder.replacing("10", with: "12")]) { $1 })
    }
    for id in ["010", "+10", "-10", "x", "99999999999"] {
      let error = try #require(throws: TokenizerError.self) {
        try self.tokenizer(files.merging(["tokenizer_config.json": decoder.replacing("10", with: id)]) { $1 })
      }
      guard case .invalid(_, "added_tokens_decoder", "\"\(id)\" is not an id") = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func addedTokensOfWhichNothingIsToldAreRefused() throws {
    let files = ["vocab.txt": Self.wordPieces]
    try expectUnsupported("[Z]", files.merging(["added_tokens.json": #"{"[Z]": 11}"#]) { $1 })
    try expectUnsupported(
      "[Z]", files.merging(["special_tokens_map.json": #"{"additional_special_tokens": ["[Z]"]}"#]) { $1 })
  }

  @Test func settingsThatAreNotSupported() throws {
    try expectUnsupported(
      "MPNetTokenizer",
      ["vocab.txt": Self.wordPieces, "tokenizer_config.json": #"{"tokenizer_class": "MPNetTokenizer"}"#])
    try expectUnsupported(
      "word pieces for gpt2", ["vocab.txt": Self.wordPieces, "config.json": #"{"model_type": "gpt2"}"#])
    try expectUnsupported(
      "do_basic_tokenize: false",
      ["vocab.txt": Self.wordPieces, "tokenizer_config.json": #"{"do_basic_tokenize": false}"#])
  }

  @Test(arguments: ["a", "a b b", "a z", "z b", "b a", "a  b", "a\tb"]) func mergesWithMistakesAreRefused(line: String)
  {
    #expect(throws: TokenizerError.self) {
      try tokenizer([
        "vocab.json": Self.bytePairs, "merges.txt": Self.merges + line, "config.json": #"{"model_type": "roberta"}"#,
      ])
    }
  }

  @Test func filesThatCannotBeReadAreRefused() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/tokenizer.json"
    try folder.write([0x61, 0xFF], as: "vocab.txt")
    #expect(
      throws: TokenizerError.invalid(
        path: "\(folder.path)/vocab.txt", place: "the file", reason: "is not valid UTF-8")
    ) { try Tokenizer(folder: folder.path) }
    try folder.write([0x22, 0xFF, 0x22], as: "tokenizer.json")
    #expect(throws: TokenizerError.file(.notUTF8(path: path))) { try Tokenizer(folder: folder.path) }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    #expect(throws: TokenizerError.file(.notARegularFile(path: path))) { try Tokenizer(folder: folder.path) }
    #expect(throws: TokenizerError.file(.system(path: "\(path)/none", attempt: "list it", code: ENOENT))) {
      try Tokenizer(folder: "\(path)/none")
    }
  }

  @Test(arguments: ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "config.json", "vocab.txt"])
  func whatIsThereButNoFileIsNotAbsent(name: String) throws {
    let folder = try ScratchFolder()
    if name != "vocab.txt" { try folder.write(Self.wordPieces, as: "vocab.txt") }
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nothing")
    #expect(throws: TokenizerError.file(.system(path: path, attempt: "open it", code: ENOENT))) {
      try Tokenizer(folder: folder.path)
    }
    try FileManager.default.removeItem(atPath: path)
    try #require(mkfifo(path, 0o600) == 0)
    #expect(throws: TokenizerError.file(.notARegularFile(path: path))) { try Tokenizer(folder: folder.path) }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
    #expect(throws: TokenizerError.file(.notARegularFile(path: path))) { try Tokenizer(folder: folder.path) }
  }
}
