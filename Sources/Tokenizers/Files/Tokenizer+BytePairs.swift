extension Tokenizer {
  /// A tokenizer of byte pairs.
  ///
  /// - Parameter json: vocab.json.
  /// - Parameter merges: the lines of merges.txt.
  /// - Parameter mergesPath: that file, for messages.
  init(
    bytePairs json: JSONPlace, merges lines: [String], mergesPath: String, _ files: VocabularySettings
  ) throws(TokenizerError) {
    let path = json.path
    let settings = files.settings
    let vocabulary = try Vocabulary(json)
    let merges = try Self.merges(lines, mergesPath, vocabulary)
    guard let kind = try files.kind() else {
      throw .missing(
        path: files.folder, place: "tokenizer_class in tokenizer_config.json and no model_type in config.json")
    }
    let addsPrefixSpace = try settings.boolean("add_prefix_space", otherwise: false)
    let end = "<|endoftext|>"
    var normalizer: Normalizer?
    var preTokenizer = PreTokenizer.byteLevel(addsPrefixSpace: addsPrefixSpace, .gpt2)
    var options = BytePairEncoding.Options()
    let tokens: SpecialTokens
    let template: SpecialTokenTemplate
    var unknownID: Int32?
    switch kind {
    case .bert:
      throw .unsupported(path: path, place: "the vocabulary", feature: "byte pairs for \(kind)")
    case .roberta:
      tokens = try SpecialTokens(
        ["bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "pad": "<pad>", "mask": "<mask>"],
        files, vocabulary, path)
      template = .roberta(classID: tokens["cls"], separatorID: tokens["sep"])
    case .gpt2:
      try settings.expect("add_eos_token", toBe: false)
      tokens = try SpecialTokens(["unk": end, "bos": end, "eos": end, "pad": nil], files, vocabulary, path)
      let beginsText = try settings.boolean("add_bos_token", otherwise: false)
      template = beginsText ? .beginning(with: tokens["bos"]) : .plain
    case .clip:
      tokens = try SpecialTokens(
        ["unk": end, "bos": "<|startoftext|>", "eos": end, "pad": end], files, vocabulary, path)
      template = .roberta(classID: tokens["bos"], separatorID: tokens["eos"])
      normalizer = .clip
      preTokenizer = .sequence([.split(.clip), .byteLevel(addsPrefixSpace: false, .gpt2)])
      options.endOfWordSuffix = "</w>"
      unknownID = tokens["unk"]
    }
    try self.init(
      normalizer: normalizer, preTokenizer: preTokenizer,
      model: .bytePairs(
        BytePairEncoding(vocabulary: vocabulary, merges: merges, unknownID: unknownID, options: options)),
      template: template, addedTokens: tokens.all, vocabulary: vocabulary,
      maximumLength: try settings.maximumLength(), path: path)
  }

  /// The merges of a merges.txt, one in each line after a line with the version.
  private static func merges(
    _ lines: [String], _ path: String, _ vocabulary: Vocabulary
  ) throws(TokenizerError) -> MergeTable {
    var list = MergeList()
    for (index, line) in lines.enumerated() where !line.hasPrefix("#version") && !line.isEmpty {
      guard list.add(line) else {
        throw .invalid(path: path, place: "line \(index + 1)", reason: "is not two tokens with a space between")
      }
    }
    do {
      return try list.table(vocabulary, continuingPrefix: "")
    } catch {
      throw .invalid(path: path, place: "merge number \(error.index + 1)", reason: error.reason)
    }
  }
}
