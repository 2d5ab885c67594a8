/// Changes of a JSON text that mostly leave it one.
enum JSONMutation {
  /// Changes a text; one that is none in its bytes.
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    guard var tree = JSONTree(bytes) else { return bytes.mutate(others: [], using: &random) }
    for _ in 0...random.below(3) { change(&tree, using: &random) }
    bytes = Array(tree.text.utf8)
  }

  /// Changes one value, or what holds some.
  static func change(_ root: inout JSONTree, using random: inout CaseRandom) {
    let whole = root
    edit(&root, using: &random) { node, random in
      let count = node.children.count
      guard count > 0, random.isOne(in: 2) else {
        node = replacement(of: node, in: whole, using: &random)
        return
      }
      switch node {
      case .object(var members):
        change(&members, of: whole, using: &random)
        node = .object(members)
      case .array(var elements):
        change(&elements, using: &random)
        node = .array(elements)
      case .string, .raw: break
      }
    }
  }

  /// Calls `body` with a value somewhere in the tree, one near the root as probably as one far from it.
  private static func edit(
    _ node: inout JSONTree, using random: inout CaseRandom, _ body: (inout JSONTree, inout CaseRandom) -> Void
  ) {
    let count = node.children.count
    guard count > 0, !random.isOne(in: 4) else { return body(&node, &random) }
    let index = random.below(count)
    node.editChild(index) { edit(&$0, using: &random, body) }
  }

  private static func change(
    _ members: inout [JSONTree.Member], of whole: JSONTree, using random: inout CaseRandom
  ) {
    let index = random.below(members.count)
    switch random.below(6) {
    case 0: members.remove(at: index)
    case 1: members.insert(members[index], at: random.below(members.count + 1))
    case 2: members[index].name = otherName(members, using: &random)
    case 3: members.append(JSONTree.Member(name: Extremes.text(using: &random), value: scalar(using: &random)))
    case 4:
      let other = random.below(members.count)
      (members[index].value, members[other].value) = (members[other].value, members[index].value)
    default:
      let (most, value) = (random.isOne(in: 8) ? 8_192 : 128, members[index].value)
      guard value.text.utf8.count < 256 else { return }
      let prefix = members[index].name
      members += (0..<random.below(most)).map { JSONTree.Member(name: "\(prefix)\($0)", value: value) }
    }
  }

  /// Another name for a member: that of its neighbour, or an extreme one.
  private static func otherName(_ members: [JSONTree.Member], using random: inout CaseRandom) -> String {
    random.isOne(in: 2) ? random.pick(members).name : Extremes.text(using: &random)
  }

  private static func change(_ elements: inout [JSONTree], using random: inout CaseRandom) {
    let index = random.below(elements.count)
    switch random.below(4) {
    case 0: elements.remove(at: index)
    case 1: elements.swapAt(index, random.below(elements.count))
    case 2: elements.append(scalar(using: &random))
    default:
      guard elements[index].text.utf8.count < 256 else { return }
      let most = random.isOne(in: 8) ? 65_536 : 128
      elements += repeatElement(elements[index], count: random.below(most))
    }
  }

  private static func replacement(
    of node: JSONTree, in whole: JSONTree, using random: inout CaseRandom
  ) -> JSONTree {
    switch random.below(8) {
    case 0:
      return random.pick([.object([]), .array([]), .string(""), .raw("null"), .raw("true"), .raw("0")])
    case 1:
      let levels = random.pick([1, 2, 8, 60, 63, 64, 65, 200, 511, 512, 513, 5_000, 100_000])
      return random.isOne(in: 2)
        ? .raw(String(repeating: "[", count: levels) + node.text + String(repeating: "]", count: levels))
        : .raw(String(repeating: "{\"a\":", count: levels) + node.text + String(repeating: "}", count: levels))
    case 2:
      var copy = JSONTree.raw("0")
      var tree = whole
      edit(&tree, using: &random) { node, _ in copy = node }
      return copy
    case 3, 4:
      if case .raw(let text) = node, let number = Int(text) { return .raw(near(number, using: &random)) }
      return scalar(using: &random)
    default:
      if case .string = node, random.isOne(in: 2) { return .string(Extremes.text(using: &random)) }
      return scalar(using: &random)
    }
  }

  /// A number that is not the one that it should be, but might be.
  private static func near(_ number: Int, using random: inout CaseRandom) -> String {
    let offset = random.pick([-8, -4, -1, 1, 4, 8])
    return random.isOne(in: 3) ? "\(number)\(random.below(10))" : "\(number &+ offset)"
  }

  private static func scalar(using random: inout CaseRandom) -> JSONTree {
    switch random.below(8) {
    case 0: .string(Extremes.text(using: &random))
    case 1:
      .string(random.pick([#"\u0000"#, #"\ud800"#, #"\udc00\ud800"#, #"\uD834\uDD1E"#, #"\x"#, #"\u12"#, #"\"#, "\n"]))
    case 2:
      .raw(random.pick(["null", "true", "false", "[]", "{}", "\"\"", "nul", "", "[,]", "[1,]", "{\"a\"}", "'a'"]))
    default: .raw(random.pick(Extremes.numbers))
    }
  }
}
