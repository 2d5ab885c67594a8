extension SpecialTokenTemplate {
  /// The post-processor of a tokenizer.json.
  init(_ json: JSONPlace) throws(TokenizerError) {
    self = try Self.read(json) ?? .plain
  }

  /// - Returns: nil where the post-processor adds no token.
  private static func read(_ json: JSONPlace) throws(TokenizerError) -> SpecialTokenTemplate? {
    let type = try json.require("type").string()
    switch type {
    case "TemplateProcessing":
      try json.expectOnly(["type", "single", "pair", "special_tokens"])
      return SpecialTokenTemplate(
        single: try parts(try json.require("single"), of: json), pair: try parts(try json.require("pair"), of: json))
    case "BertProcessing":
      try json.expectOnly(["type", "sep", "cls"])
      return .bert(classID: try tokenID(try json.require("cls")), separatorID: try tokenID(try json.require("sep")))
    case "RobertaProcessing":
      // The other two are about offsets.
      try json.expectOnly(["type", "sep", "cls", "trim_offsets", "add_prefix_space"])
      return .roberta(classID: try tokenID(try json.require("cls")), separatorID: try tokenID(try json.require("sep")))
    case "ByteLevel":
      try json.expectOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      return nil
    case "Sequence":
      try json.expectOnly(["type", "processors"])
      var template: SpecialTokenTemplate?
      for step in try json.require("processors").elements() {
        guard let next = try read(step) else { continue }
        guard template == nil else { throw step.unsupported("a second processor that adds tokens") }
        template = next
      }
      return template
    default:
      throw json.unsupported(type)
    }
  }

  private static func parts(_ list: JSONPlace, of json: JSONPlace) throws(TokenizerError) -> [Part] {
    var parts: [Part] = []
    let elements = try list.elements()
    guard elements.count <= mostSpecialTokens + 2 else { throw json.invalid("has \(elements.count) parts") }
    for element in elements {
      try element.expectOnly(["SpecialToken", "Sequence"])
      if let special = try element.member("SpecialToken") {
        try special.expectOnly(["id", "type_id"])
        let name = try special.require("id").string()
        parts.append(.special(try ids(of: name, in: json), type: try special.require("type_id").identifier()))
        continue
      }
      let sequence = try element.require("Sequence")
      try sequence.expectOnly(["id", "type_id"])
      let type = try sequence.require("type_id").identifier()
      switch try sequence.require("id").string() {
      case "A": parts.append(.first(type: type))
      case "B": parts.append(.second(type: type))
      case let other: throw sequence.invalid("\(other.quoted) is neither A nor B")
      }
    }
    return parts
  }

  /// The ids that the template's list of special tokens gives to a name.
  private static func ids(of name: String, in json: JSONPlace) throws(TokenizerError) -> [Int32] {
    let list = try json.require("special_tokens")
    guard let token = try list.member(name) else { throw list.invalid("has no \(name.quoted)") }
    try token.expectOnly(["id", "ids", "tokens"])
    var ids: [Int32] = []
    for id in try token.require("ids").elements() { ids.append(try id.identifier()) }
    return ids
  }

  /// The id of a token that is written as its content and its id.
  private static func tokenID(_ json: JSONPlace) throws(TokenizerError) -> Int32 {
    let elements = try json.elements()
    guard elements.count == 2 else { throw json.invalid("is not a token and its id") }
    return try elements[1].identifier()
  }
}
