extension TokenModel {
  /// The model of a tokenizer.json.
  init(_ json: JSONPlace, _ vocabulary: Vocabulary) throws(TokenizerError) {
    switch try Self.type(of: json) {
    case "WordPiece": self = .wordPiece(try WordPiece(json, vocabulary))
    case "BPE": self = .bytePairs(try BytePairEncoding(json, vocabulary))
    case let other: throw json.unsupported(other)
    }
  }

  /// Old files do not name the type; then the members tell.
  private static func type(of json: JSONPlace) throws(TokenizerError) -> String {
    if let type = try json.member("type") { return try type.string() }
    if try json.member("merges") != nil { return "BPE" }
    if try json.member("max_input_chars_per_word") != nil { return "WordPiece" }
    throw .missing(path: json.path, place: "model.type")
  }
}
