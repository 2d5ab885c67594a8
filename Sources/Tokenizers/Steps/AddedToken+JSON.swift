extension AddedToken {
  init(_ json: JSONPlace) throws(TokenizerError) {
    self = try AddedToken(json, id: try json.require("id").identifier())
  }

  /// - Parameter id: which the file says elsewhere.
  /// - Parameter isSpecial: where nil, the file says it here. A special token is not normalised, unless the file
  ///   says that it is.
  init(_ json: JSONPlace, id: Int32, isSpecial: Bool? = nil) throws(TokenizerError) {
    try json.expectOnly(["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special", "__type"])
    let isMarkedSpecial = try json.boolean("special", otherwise: false)
    self.init(
      content: try json.require("content").string(), id: id,
      isSingleWord: try json.boolean("single_word", otherwise: false),
      stripsLeft: try json.boolean("lstrip", otherwise: false),
      stripsRight: try json.boolean("rstrip", otherwise: false),
      isNormalized: try json.boolean("normalized", otherwise: !(isSpecial ?? isMarkedSpecial)))
  }

  /// The added tokens of a tokenizer.json.
  static func list(_ json: JSONPlace, _ vocabulary: Vocabulary) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    for element in try json.elements() {
      let token = try AddedToken(element)
      if !token.content.isEmpty { tokens.append(token) }
    }
    try expectPlaces(of: tokens, vocabulary, json)
    return tokens
  }

  /// Refuses tokens with other ids than the library gives them: by the vocabulary, or from its end on.
  static func expectPlaces(
    of tokens: [AddedToken], _ vocabulary: Vocabulary, _ json: JSONPlace
  ) throws(TokenizerError) {
    var largestID = -1
    for token in tokens {
      let end = vocabulary.tokens.count
      let expected = vocabulary[token.content].map { Int($0) } ?? (largestID >= end ? largestID + 1 : end)
      guard Int(token.id) == expected else {
        throw json.invalid("\(token.content.quoted) has the id \(token.id), but the vocabulary makes it \(expected)")
      }
      largestID = max(largestID, Int(token.id))
    }
  }
}
