/// Changes of a YAML text, line by line.
enum YAMLMutation {
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0) }
    for _ in 0...random.below(3) { change(&lines, using: &random) }
    bytes = Array(lines.joined(separator: "\n").utf8)
  }

  private static func change(_ lines: inout [String], using random: inout CaseRandom) {
    let index = random.below(lines.count)
    switch random.below(14) {
    case 0: if lines.count > 1 { lines.remove(at: index) }
    case 1: lines.insert(lines[index], at: random.below(lines.count + 1))
    case 2: lines.swapAt(index, random.below(lines.count))
    case 3: lines[index] = String(repeating: random.pick([" ", "  ", "\t"]), count: random.below(4)) + lines[index]
    case 4: lines[index] = String(Substring(lines[index].utf8.drop { $0 == UInt8(ascii: " ") }))
    case 5: lines[index] += Extremes.text(using: &random)
    case 6:
      lines.insert(random.pick(["---", "...", "%TAG ! x", "{", "}", "]", "? ", "- ", ": ", "<<: *a", "*a"]), at: index)
    case 7: lines.insert(contentsOf: laughs(using: &random).split(separator: "\n").map { String($0) }, at: 0)
    default: lines[index] = withValue(value(using: &random), in: lines[index], using: &random)
    }
  }

  /// A line with something else behind its colon, or its dash; seen as bytes, for it may have heaps of accents.
  private static func withValue(_ value: String, in line: String, using random: inout CaseRandom) -> String {
    guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return value }
    let key = line[...colon]
    if random.isOne(in: 8) {
      let indent = Substring(key.utf8.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") })
      return indent + Extremes.text(using: &random) + ":" + line[line.utf8.index(after: colon)...]
    }
    return key + " " + value
  }

  private static func value(using random: inout CaseRandom) -> String {
    let levels = 1 << random.below(17)
    switch random.below(12) {
    case 0: return String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    case 1: return String(repeating: "{a: ", count: levels) + String(repeating: "}", count: levels)
    case 2: return "[" + String(repeating: "\(random.pick(Extremes.numbers)), ", count: random.below(4_096)) + "]"
    case 3: return "\"\(Extremes.text(using: &random))\""
    case 4: return "'\(Extremes.text(using: &random))'"
    case 5:
      return random.pick(["&a", "*a", "!!int 3", "!!python/object:os.system {}", "!<x> y", "|", ">", "|9", "{}", "[]"])
    case 6: return "&\(random.pick(["a", "b", ""])) \(Extremes.text(using: &random))"
    case 7: return pattern(using: &random)
    case 8: return Extremes.text(using: &random)
    default: return random.pick(Extremes.numbers)
    }
  }

  /// A regular expression that is none, or large, or slow.
  private static func pattern(using random: inout CaseRandom) -> String {
    let parts = [
      "(", ")", "a", "*", "+", "{9999}", "{1,}", "[a-z]", "[", "]", "\\\\p{L}", "(?:", "(?=", "\\\\1", "|", ".", "^",
      "$",
    ]
    let count = 1 << random.below(10)
    let text = (0..<count).map { _ in random.pick(parts) }.joined()
    let levels = 1 << random.below(13)
    switch random.below(4) {
    case 0: return "[\"\(String(repeating: "(", count: levels))a\(String(repeating: ")*", count: levels))\"]"
    case 1: return "[\"(\(String(repeating: "a|", count: levels))a)*\"]"
    default: return "[\"\(text)\"]"
    }
  }

  /// Few lines that are as many values as few lines can be.
  private static func laughs(using random: inout CaseRandom) -> String {
    let (levels, width) = (1 + random.below(40), 1 + random.below(12))
    let asKey = random.isOne(in: 4)
    var text = "l0: &l0 [x]\n"
    for level in 1...levels {
      let aliases = repeatElement("*l\(level - 1)", count: width)
      text += "l\(level): &l\(level) [\(aliases.joined(separator: ", "))]\n"
    }
    return text + (asKey ? "? *l\(levels)\n: 1\n" : "merge_method: *l\(levels)\n")
  }
}
