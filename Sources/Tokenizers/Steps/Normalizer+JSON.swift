extension Normalizer {
  init(_ json: JSONPlace) throws(TokenizerError) {
    let type = try json.require("type").string()
    switch type {
    case "BertNormalizer":
      try json.expectOnly(["type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase"])
      self = .bert(
        BertNormalizer(
          cleansText: try json.boolean("clean_text", otherwise: true),
          isolatesIdeographs: try json.boolean("handle_chinese_chars", otherwise: true),
          stripsAccents: try json.member("strip_accents")?.boolean(),
          lowercases: try json.boolean("lowercase", otherwise: true)))
    case "NFC", "NFD", "NFKC", "NFKD":
      try json.expectOnly(["type"])
      self = .form(NormalForm(rawValue: type)!)
    case "Lowercase":
      try json.expectOnly(["type"])
      self = .lowercase
    case "StripAccents":
      try json.expectOnly(["type"])
      self = .stripAccents
    case "Replace":
      try json.expectOnly(["type", "pattern", "content"])
      self = .replace(try Pattern(try json.require("pattern")), with: try Self.short(try json.require("content")))
    case "Prepend":
      try json.expectOnly(["type", "prepend"])
      self = .prepend(try Self.short(try json.require("prepend")))
    case "Sequence":
      try json.expectOnly(["type", "normalizers"])
      var steps: [Normalizer] = []
      for step in try json.require("normalizers").elements() { steps.append(try Normalizer(step)) }
      self = .sequence(steps)
    default:
      throw json.unsupported(type)
    }
  }

  /// A text of one scalar or none: with longer ones, a few steps could make any text as long as they like.
  private static func short(_ json: JSONPlace) throws(TokenizerError) -> [Unicode.Scalar] {
    let text = try json.string()
    guard text.unicodeScalars.count <= 1 else { throw json.unsupported(text) }
    return Array(text.unicodeScalars)
  }
}
