/// The special tokens of a tokenizer without tokenizer.json, by their roles.
struct SpecialTokens {
  /// Those of the roles, and all others to look for in a text.
  let all: [AddedToken]
  private let ids: [String: Int32]

  /// - Parameter usual: the token of each role where the files do not name another; nil where there is none.
  /// - Parameter path: the vocabulary, for messages.
  init(
    _ usual: [String: String?], _ settings: VocabularySettings, _ vocabulary: Vocabulary, _ path: String
  ) throws(TokenizerError) {
    var special: [AddedToken] = []
    var ids: [String: Int32] = [:]
    for (role, usualContent) in usual.sorted(by: { $0.key < $1.key }) {
      let named = try settings.specialToken("\(role)_token")
      guard var token = named ?? usualContent.map({ AddedToken(content: $0, id: 0) }) else { continue }
      guard let id = vocabulary[token.content] else {
        throw .invalid(path: path, place: "\(role)_token", reason: "\(token.content.quoted) is not in the vocabulary")
      }
      ids[role] = id
      token.id = id
      if !special.contains(where: { $0.id == id }) { special.append(token) }
    }
    all = try settings.allTokens(special, vocabulary)
    self.ids = ids
  }

  /// The id of a role that has a token of its own accord.
  subscript(role: String) -> Int32 { ids[role]! }
}
