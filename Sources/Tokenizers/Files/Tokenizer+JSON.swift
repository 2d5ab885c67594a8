extension Tokenizer {
  /// How many steps every text may go through before and while it is cut: tokenizers have up to five.
  private static let mostSteps = 64

  /// A tokenizer as a tokenizer.json describes it: id for id what the tokenizers library does with this file.
  ///
  /// transformers may change it by what other files say; where tokenizer_config.json asks for that, the tokenizer
  /// is refused. The file's settings for truncation and padding are left aside: `encode` is told a limit, and does
  /// not pad. Its decoder is of no concern here.
  init(_ json: JSONPlace, _ settings: TokenizerSettings) throws(TokenizerError) {
    try json.expectOnly([
      "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder",
      "model",
    ])
    if let version = try json.member("version") {
      let name = try version.string()
      guard name == "1.0" else { throw version.unsupported(name) }
    }
    let modelPlace = try json.require("model")
    let vocabularyPlace = try modelPlace.require("vocab")
    if case .array = vocabularyPlace.value { throw modelPlace.unsupported("Unigram") }
    let vocabulary = try Vocabulary(vocabularyPlace)
    let model = try TokenModel(modelPlace, vocabulary)
    var normalizer: Normalizer?
    if let place = try json.member("normalizer") {
      normalizer = try Normalizer(place)
      if let count = normalizer?.stepCount, count > Self.mostSteps { throw place.unsupported("\(count) steps") }
    }
    var preTokenizer: PreTokenizer?
    if let place = try json.member("pre_tokenizer") {
      preTokenizer = try PreTokenizer(place)
      if let count = preTokenizer?.byteLevelCount, count > 1 { throw place.unsupported("a second ByteLevel") }
      if let count = preTokenizer?.stepCount, count > Self.mostSteps { throw place.unsupported("\(count) steps") }
    }
    try settings.expectAgreement(normalizer, preTokenizer)
    var addedTokens: [AddedToken] = []
    if let place = try json.member("added_tokens") { addedTokens = try AddedToken.list(place, vocabulary) }
    var template = SpecialTokenTemplate.plain
    if let place = try json.member("post_processor") {
      template = try SpecialTokenTemplate(place)
      let count = Self.vocabularyCount(vocabulary, addedTokens)
      if let problem = template.problem(vocabularyCount: count) { throw place.invalid(problem) }
    }
    try self.init(
      normalizer: normalizer, preTokenizer: preTokenizer, model: model, template: template, addedTokens: addedTokens,
      vocabulary: vocabulary, maximumLength: try settings.maximumLength(), path: json.path)
  }
}
