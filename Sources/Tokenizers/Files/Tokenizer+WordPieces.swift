extension Tokenizer {
  /// A BERT tokenizer of word pieces.
  ///
  /// - Parameter lines: of vocab.txt, which has a token in each.
  /// - Parameter path: that file, for messages.
  init(wordPieces lines: [String], path: String, _ files: VocabularySettings) throws(TokenizerError) {
    if let kind = try files.kind(), kind != .bert {
      throw .unsupported(path: path, place: "the vocabulary", feature: "word pieces for \(kind)")
    }
    let settings = files.settings
    try settings.expect("do_basic_tokenize", toBe: true)
    var vocabulary = Vocabulary()
    // Of a token that is there twice, the last line counts.
    for (id, line) in lines.enumerated().reversed() {
      guard !Vocabulary.isTooLong(line) else {
        throw .invalid(
          path: path, place: "line \(id + 1)",
          reason: "\(line.quoted) is longer than \(Vocabulary.longestToken) characters")
      }
      vocabulary.add(line, id: Int32(id))
    }
    let tokens = try SpecialTokens(
      ["unk": "[UNK]", "sep": "[SEP]", "pad": "[PAD]", "cls": "[CLS]", "mask": "[MASK]"], files, vocabulary, path)
    try self.init(
      normalizer: .bert(
        BertNormalizer(
          isolatesIdeographs: try settings.boolean("tokenize_chinese_chars", otherwise: true),
          stripsAccents: try settings.member("strip_accents")?.boolean(),
          lowercases: try settings.boolean("do_lower_case", otherwise: true))),
      preTokenizer: .bert,
      model: .wordPiece(
        WordPiece(vocabulary: vocabulary, unknownID: tokens["unk"], continuingPrefix: "##", maximumLength: 100)),
      template: .bert(classID: tokens["cls"], separatorID: tokens["sep"]), addedTokens: tokens.all,
      vocabulary: vocabulary, maximumLength: try settings.maximumLength(), path: path)
  }
}
