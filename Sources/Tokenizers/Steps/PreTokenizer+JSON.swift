extension PreTokenizer {
  init(_ json: JSONPlace) throws(TokenizerError) {
    let type = try json.require("type").string()
    switch type {
    case "BertPreTokenizer":
      try json.expectOnly(["type"])
      self = .bert
    case "ByteLevel":
      // Offsets are of no concern here.
      try json.expectOnly(["type", "add_prefix_space", "trim_offsets", "use_regex"])
      self = .byteLevel(
        addsPrefixSpace: try json.boolean("add_prefix_space", otherwise: true),
        try json.boolean("use_regex", otherwise: true) ? .gpt2 : nil)
    case "Whitespace":
      try json.expectOnly(["type"])
      self = .words
    case "WhitespaceSplit":
      try json.expectOnly(["type"])
      self = .whitespaceSplit
    case "Split":
      try json.expectOnly(["type", "pattern", "behavior", "invert"])
      self = .split(
        Splitter(
          try Pattern(try json.require("pattern")), try SplitBehavior(try json.require("behavior")),
          isInverted: try json.boolean("invert", otherwise: false)))
    case "Digits":
      try json.expectOnly(["type", "individual_digits"])
      self = .digits(try json.boolean("individual_digits", otherwise: false) ? .isolated : .contiguous)
    case "Punctuation":
      try json.expectOnly(["type", "behavior"])
      let behavior = try json.member("behavior")
      self = .punctuation(behavior == nil ? .isolated : try SplitBehavior(try json.require("behavior")))
    case "Sequence":
      try json.expectOnly(["type", "pretokenizers"])
      var steps: [PreTokenizer] = []
      for step in try json.require("pretokenizers").elements() { steps.append(try PreTokenizer(step)) }
      self = .sequence(steps)
    default:
      throw json.unsupported(type)
    }
  }
}

extension SplitBehavior {
  fileprivate init(_ json: JSONPlace) throws(TokenizerError) {
    let name = try json.string()
    guard let behavior = SplitBehavior(rawValue: name) else { throw json.unsupported(name) }
    self = behavior
  }
}
