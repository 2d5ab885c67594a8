extension BytePairEncoding {
  /// The model of a tokenizer.json.
  init(_ json: JSONPlace, _ vocabulary: Vocabulary) throws(TokenizerError) {
    try json.expectOnly([
      "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback",
      "ignore_merges", "vocab", "merges",
    ])
    if let dropout = try json.member("dropout"), !dropout.isZero { throw dropout.unsupported("dropout") }
    let options = Options(
      continuingPrefix: try Self.affix("continuing_subword_prefix", of: json),
      endOfWordSuffix: try Self.affix("end_of_word_suffix", of: json),
      fusesUnknown: try json.boolean("fuse_unk", otherwise: false),
      ignoresMerges: try json.boolean("ignore_merges", otherwise: false),
      usesBytes: try json.boolean("byte_fallback", otherwise: false))
    var unknownID: Int32?
    if let unknown = try json.member("unk_token") {
      unknownID = vocabulary[try unknown.string()]
      if unknownID == nil { throw unknown.invalid("is not in the vocabulary") }
    }
    self.init(
      vocabulary: vocabulary,
      merges: try Self.merges(try json.require("merges"), vocabulary, continuingPrefix: options.continuingPrefix),
      unknownID: unknownID, options: options)
  }

  /// What each character of a text may get before or behind it, and so may not be long.
  private static func affix(_ key: String, of json: JSONPlace) throws(TokenizerError) -> String {
    guard let place = try json.member(key) else { return "" }
    let text = try place.string()
    guard text.unicodeScalars.count <= longestAffix else { throw place.unsupported(text) }
    return text
  }

  private static let longestAffix = 16

  /// A list of merges, each `"a b"` or `["a", "b"]`.
  private static func merges(
    _ json: JSONPlace, _ vocabulary: Vocabulary, continuingPrefix: String
  ) throws(TokenizerError) -> MergeTable {
    var list = MergeList()
    guard case .array(let values) = json.value else { throw json.invalid("is not a list") }
    for (index, value) in values.enumerated() {
      switch value {
      case .string(let line):
        guard list.add(line) else { throw json.invalid("number \(index) is not two tokens with a space between") }
      case .array(let pair):
        guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1] else {
          throw json.invalid("number \(index) is not two tokens")
        }
        list.add(left: left, right: right)
      default:
        throw json.invalid("number \(index) is not two tokens")
      }
    }
    do {
      return try list.table(vocabulary, continuingPrefix: continuingPrefix)
    } catch {
      throw json.invalid("number \(error.index): \(error.reason)")
    }
  }
}

extension JSONPlace {
  fileprivate var isZero: Bool {
    switch value {
    case .integer(let integer): integer == 0
    case .decimal(let decimal): decimal == 0
    default: false
    }
  }
}
