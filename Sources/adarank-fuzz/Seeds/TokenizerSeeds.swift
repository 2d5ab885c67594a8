/// Small tokenizers of every kind.
enum TokenizerSeeds {
  /// A file in each seed may be changed, whichever it is.
  static let all: [Seed] = [bertJSON, bytePairJSON, clipJSON, wordPieces, bytePairs, clipFiles]

  private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
  private static let words = special + ["a", "b", "good", "bad", "##s", "##ness", ".", "é", "漢"]
  /// Of WordPiece: as many as a tiny BERT's table has rows.
  static let wordPieceCount = words.count

  private static func vocabulary(_ tokens: [String]) -> String {
    "{" + tokens.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ", ") + "}"
  }

  private static func added(_ tokens: [String]) -> String {
    "["
      + tokens.enumerated().map { id, token in
        #"{"id": \#(id), "content": "\#(token)", "single_word": false, "lstrip": \#(id == 4), "rstrip": false,"#
          + #" "normalized": false, "special": true}"#
      }.joined(separator: ", ") + "]"
  }

  private static let bertJSON = Seed(
    name: "tokenizer.json of WordPiece",
    files: [
      SeedFile(
        "tokenizer.json",
        """
        {"version": "1.0", "truncation": {"max_length": 8}, "padding": null, "added_tokens": \(added(special)),
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
          "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "TemplateProcessing",
          "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
          "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
           {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
          "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
           "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100, "vocab": \(vocabulary(words))}}
        """, .json),
      SeedFile("tokenizer_config.json", #"{"do_lower_case": true, "model_max_length": 512}"#, .json),
    ])

  private static let bytePairJSON = Seed(
    name: "tokenizer.json of byte pairs",
    files: [
      SeedFile(
        "tokenizer.json",
        """
        {"version": "1.0", "added_tokens": [{"id": 0, "content": "<s>", "lstrip": false, "rstrip": true, "special": true},
          {"id": 9, "content": "NEW", "normalized": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"},
          {"type": "Replace", "pattern": {"String": "``"}, "content": "a"}, {"type": "Prepend", "prepend": "b"}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "\\\\s+"}, "behavior": "MergedWithNext", "invert": false},
          {"type": "Digits", "individual_digits": true}, {"type": "Punctuation", "behavior": "Contiguous"},
          {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}]},
         "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true,
          "add_prefix_space": false},
         "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": "",
          "end_of_word_suffix": "", "fuse_unk": true, "byte_fallback": false, "ignore_merges": false,
          "vocab": \(vocabulary(["<s>", "</s>", "<unk>", "a", "b", "Ġ", "ab", "Ġab", "Ġa"])),
          "merges": ["a b", ["Ġ", "ab"], "Ġ a"]}}
        """, .json)
    ])

  private static let clipJSON = Seed(
    name: "tokenizer.json of byte fall-back",
    files: [
      SeedFile(
        "tokenizer.json",
        """
        {"normalizer": {"type": "NFKC"}, "pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "BPE", "end_of_word_suffix": "</w>", "continuing_subword_prefix": "@", "byte_fallback": true,
          "vocab": \(vocabulary(["a", "@a", "a</w>", "@a</w>", "aa"] + (0..<256).map { byteToken($0) })),
          "merges": ["a @a"]}}
        """, .json)
    ])

  private static func byteToken(_ byte: Int) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
  }

  /// The files of a tiny BERT's tokenizer.
  static let wordPieces = Seed(
    name: "vocab.txt",
    files: [
      SeedFile("vocab.txt", words.joined(separator: "\n") + "\n", .lines),
      SeedFile(
        "tokenizer_config.json",
        #"{"tokenizer_class": "BertTokenizer", "do_lower_case": true, "strip_accents": null, "model_max_length": 12}"#,
        .json),
      SeedFile(
        "special_tokens_map.json",
        #"{"cls_token": "[CLS]", "mask_token": {"content": "[MASK]", "lstrip": true, "normalized": false}}"#, .json),
      SeedFile("added_tokens.json", #"{"[MASK]": 4}"#, .json),
    ])

  private static let bytePairs = Seed(
    name: "vocab.json and merges.txt",
    files: [
      SeedFile(
        "vocab.json", vocabulary(["<s>", "<pad>", "</s>", "<unk>", "<mask>", "a", "b", "Ġ", "ab", "Ġab"]), .json),
      SeedFile("merges.txt", "#version: 0.2\na b\nĠ ab\n", .lines),
      SeedFile(
        "tokenizer_config.json",
        #"{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true, "added_tokens_decoder":"#
          + #" {"0": {"content": "<s>", "special": true}, "4": {"content": "<mask>", "lstrip": true, "special": true}}}"#,
        .json),
    ])

  private static let clipFiles = Seed(
    name: "vocab.json and merges.txt of CLIP",
    files: [
      SeedFile(
        "vocab.json", vocabulary(["a", "b", "a</w>", "b</w>", "ab</w>", "<|startoftext|>", "<|endoftext|>"]), .json),
      SeedFile("merges.txt", "#version: 0.2\na b</w>\n", .lines),
      SeedFile("config.json", #"{"model_type": "clip"}"#, .json),
    ])
}
