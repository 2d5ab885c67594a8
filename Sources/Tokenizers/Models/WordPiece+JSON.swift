extension WordPiece {
  /// The model of a tokenizer.json.
  init(_ json: JSONPlace, _ vocabulary: Vocabulary) throws(TokenizerError) {
    try json.expectOnly(["type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"])
    let unknown = try json.require("unk_token")
    guard let unknownID = vocabulary[try unknown.string()] else { throw unknown.invalid("is not in the vocabulary") }
    self.init(
      vocabulary: vocabulary, unknownID: unknownID,
      continuingPrefix: try json.member("continuing_subword_prefix")?.string() ?? "##",
      maximumLength: Int(try json.member("max_input_chars_per_word")?.identifier() ?? 100))
  }
}
