/// What the small files beside a vocabulary say: tokenizer_config.json, special_tokens_map.json, config.json
/// and added_tokens.json. Each may be absent.
///
/// Where tokenizer_config.json lists the added tokens, special_tokens_map.json and added_tokens.json are of an
/// older time and not read, as in transformers.
struct VocabularySettings {
  /// Which kind of tokenizer the vocabulary is for.
  enum Kind {
    case bert, roberta, gpt2, clip
  }

  /// For messages.
  let folder: String
  /// Of tokenizer_config.json.
  let settings: TokenizerSettings
  /// `added_tokens_decoder`: the added tokens by their ids.
  private let decoder: JSONPlace?
  private let specialTokens: JSONPlace?
  private let configuration: JSONPlace?
  private let addedTokens: JSONPlace?

  init(_ folder: TokenizerFolder, _ settings: TokenizerSettings) throws(TokenizerError) {
    self.folder = folder.path
    self.settings = settings
    decoder = try settings.member("added_tokens_decoder")
    specialTokens = try decoder == nil ? folder.json("special_tokens_map.json") : nil
    addedTokens = try decoder == nil ? folder.json("added_tokens.json") : nil
    configuration = try folder.json("config.json")
  }

  /// The special token of a role, as in `cls_token`.
  ///
  /// - Returns: the token, its id 0; nil where the files do not name one.
  func specialToken(_ role: String) throws(TokenizerError) -> AddedToken? {
    if let place = try specialTokens?.member(role) { return try Self.specialToken(place, isSpecial: true) }
    return try settings.member(role).map { place throws(TokenizerError) in try Self.specialToken(place) }
  }

  /// - Parameter isSpecial: where nil, the place says it.
  private static func specialToken(_ place: JSONPlace, isSpecial: Bool? = nil) throws(TokenizerError) -> AddedToken {
    if case .string(let content) = place.value { return AddedToken(content: content, id: 0) }
    return try AddedToken(place, id: 0, isSpecial: isSpecial)
  }

  /// The kind by the class of the tokenizer, or else by the type of the model; nil where neither is told.
  func kind() throws(TokenizerError) -> Kind? {
    if let place = try settings.member("tokenizer_class") {
      let name = try place.string()
      switch name.hasSuffix("Fast") ? String(name.dropLast(4)) : name {
      case "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer": return .bert
      case "RobertaTokenizer": return .roberta
      case "GPT2Tokenizer": return .gpt2
      case "CLIPTokenizer": return .clip
      default: throw place.unsupported(name)
      }
    }
    guard let place = try configuration?.member("model_type") else { return nil }
    switch try place.string() {
    case "bert", "distilbert", "electra": return .bert
    case "roberta": return .roberta
    case "gpt2": return .gpt2
    case "clip", "clip_text_model": return .clip
    case let other: throw place.unsupported(other)
    }
  }

  /// All tokens to look for in a text: the special ones, and those that the files add.
  ///
  /// - Parameter special: the tokens of the roles, with their ids.
  func allTokens(_ special: [AddedToken], _ vocabulary: Vocabulary) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    if let decoder {
      for (name, place) in try decoder.places() {
        guard let id = Int32(name), id >= 0, String(id) == name else {
          throw decoder.invalid("\(name.quoted) is not an id")
        }
        tokens.append(try AddedToken(place, id: id))
      }
      tokens.sort { $0.id < $1.id }
      try AddedToken.expectPlaces(of: tokens, vocabulary, decoder)
    }
    var contents = Set(tokens.map { Array($0.content.utf8) })
    for token in special where contents.insert(Array(token.content.utf8)).inserted { tokens.append(token) }
    try expectListed(contents)
    return tokens
  }

  /// Refuses tokens that the files add without saying how to look for them.
  ///
  /// - Parameter contents: the UTF-8 bytes of the tokens that are told.
  private func expectListed(_ contents: Set<[UInt8]>) throws(TokenizerError) {
    if let addedTokens {
      for member in try addedTokens.members() where !contents.contains(Array(member.name.utf8)) {
        throw addedTokens.unsupported(member.name)
      }
    }
    for role in ["additional_special_tokens", "extra_special_tokens"] {
      for list in [try settings.member(role), try specialTokens?.member(role)] {
        guard let list, case .array = list.value else { continue }
        for element in try list.elements() {
          let content = try Self.specialToken(element).content
          guard contents.contains(Array(content.utf8)) else { throw element.unsupported(content) }
        }
      }
    }
  }
}
