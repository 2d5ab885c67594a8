/// What tokenizer_config.json says, which need not be there.
struct TokenizerSettings {
  private let root: JSONPlace?

  /// - Throws: `TokenizerError` where the file cannot be read, or long texts should lose their beginning.
  init(_ folder: TokenizerFolder) throws(TokenizerError) {
    root = try folder.json("tokenizer_config.json")
    guard let side = try member("truncation_side") else { return }
    let name = try side.string()
    guard name == "right" else { throw side.unsupported(name) }
  }

  func member(_ key: String) throws(TokenizerError) -> JSONPlace? { try root?.member(key) }

  /// A setting that is true or false.
  func boolean(_ key: String, otherwise: Bool) throws(TokenizerError) -> Bool {
    try member(key)?.boolean() ?? otherwise
  }

  /// Refuses a setting that is other than it has to be.
  func expect(_ key: String, toBe value: Bool) throws(TokenizerError) {
    guard let root, try root.boolean(key, otherwise: value) != value else { return }
    throw root.unsupported("\(key): \(!value)")
  }

  /// Refuses settings that contradict tokenizer.json: transformers obeys them, the tokenizers library does not
  /// know them.
  func expectAgreement(_ normalizer: Normalizer?, _ preTokenizer: PreTokenizer?) throws(TokenizerError) {
    let facts = [
      ("do_lower_case", normalizer?.lowercases), ("strip_accents", normalizer?.stripsAccents),
      ("tokenize_chinese_chars", normalizer?.isolatesIdeographs), ("add_prefix_space", preTokenizer?.addsPrefixSpace),
    ]
    for (key, fact) in facts {
      let value = fact ?? false
      guard let place = try member(key), try place.boolean() != value else { continue }
      throw place.invalid("is \(!value), but tokenizer.json says \(value)")
    }
  }

  /// How many tokens the model takes, special ones included.
  ///
  /// - Returns: nil where the file does not say, or says a number as large as transformers writes for "not known".
  func maximumLength() throws(TokenizerError) -> Int? {
    guard let place = try member("model_max_length") else { return nil }
    switch place.value {
    case .integer(let length) where length > 0: return length <= Int32.max ? length : nil
    case .decimal(let length) where length > Double(Int32.max): return nil
    default: throw place.invalid("is not a positive integer")
    }
  }
}
