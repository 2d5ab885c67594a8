extension Tokenizer {
  /// The tokenizer of a model folder: of its tokenizer.json, or else of its vocab.txt, or else of its
  /// vocab.json and merges.txt.
  ///
  /// - Throws: `TokenizerError` where there is none, or what is there is wrong or not supported.
  package init(folder path: String) throws(TokenizerError) {
    let folder = try TokenizerFolder(path: path)
    let settings = try TokenizerSettings(folder)
    if let json = try folder.json("tokenizer.json") {
      try self.init(json, settings)
    } else if let lines = try folder.lines(of: "vocab.txt") {
      try self.init(
        wordPieces: lines, path: "\(path)/vocab.txt", try VocabularySettings(folder, settings))
    } else if let vocabulary = try folder.json("vocab.json"), let merges = try folder.lines(of: "merges.txt") {
      try self.init(
        bytePairs: vocabulary, merges: merges, mergesPath: "\(path)/merges.txt",
        try VocabularySettings(folder, settings))
    } else {
      throw .noTokenizer(folder: path, lookedFor: ["tokenizer.json", "vocab.txt", "vocab.json with merges.txt"])
    }
  }
}
