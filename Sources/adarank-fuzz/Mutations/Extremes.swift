/// Numbers and texts that readers stumble over.
enum Extremes {
  /// As JSON and YAML write numbers, and some that are none.
  static let numbers = [
    "-1", "0", "1", "2", "-0", "255", "256", "65535", "65536", "1048576", "1048577", "16777216", "16777217",
    "2147483647",
    "2147483648", "-2147483648", "4294967295", "4294967296", "1000000000", "9007199254740993", "1152921504606846976",
    "2305843009213693952", "4611686018427387904", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "0.5", "1.0", "1e0", "1e19", "1e308", "-1e308", "1e309", "-1e400",
    "1e-320", "5e-324", "1e-400", "0.1e1", "NaN", "nan", ".nan", ".inf", "-.inf", "Infinity", "-Infinity", "00", "007",
    "1_000", "0x7fffffffffffffff", "0b1", "1e", "1.", ".5", "+1", "--1", "1,000", "١", "true", "null", "~", "auto",
    "1" + String(repeating: "0", count: 400), "0." + String(repeating: "9", count: 400),
    "1e" + String(repeating: "9", count: 30),
  ]

  /// Whole numbers by their bits, for fields of bytes.
  static func bits(using random: inout CaseRandom) -> UInt64 {
    switch random.below(8) {
    case 0: return 0
    case 1: return 1
    case 2: return .max
    case 3: return .max - UInt64(random.below(16))
    case 4: return 1 << UInt64(random.below(64))
    case 5: return (1 << UInt64(random.below(64))) - 1
    case 6: return UInt64(random.below(4_096))
    default: return random.next()
    }
  }

  /// Texts without quotation marks, backslashes and line feeds, so that they can stand in any file of text.
  static func text(using random: inout CaseRandom) -> String {
    switch random.below(16) {
    case 0: return ""
    case 1: return String(repeating: "x", count: 1 << random.below(17))
    case 2: return stacked(1 << random.below(18))
    case 3: return "\u{FEFF}"
    case 4: return "\u{0}"
    case 5: return "\u{1B}[31m"
    case 6: return "../../../../etc/passwd"
    case 7: return "/dev/zero"
    case 8: return "/dev/null"
    case 9: return "\u{202E}\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{FDFA}\u{1D15E}"
    case 10: return random.pick(words)
    case 11: return random.pick(words) + random.pick(words)
    case 12: return String(repeating: random.pick(words), count: 1 << random.below(12))
    case 13: return "é"
    case 14: return "e\u{301}"
    default: return random.pick(numbers)
    }
  }

  /// A letter under a heap of accents, the two classes of which alternate: slow to bring into their order.
  static func stacked(_ count: Int) -> String {
    var scalars = String.UnicodeScalarView("e".unicodeScalars)
    for index in 0..<count { scalars.append(index.isMultiple(of: 2) ? "\u{301}" : "\u{323}") }
    return String(scalars)
  }

  /// Words that mean something to some reader.
  private static let words = [
    "__metadata__", "weight", "bias", "F32", "F16", "F64", "BF16", "I64", "U64", "U8", "BOOL", "F8_E4M3", "dtype",
    "shape",
    "data_offsets", "module.", "_orig_mod.", "vit.", "bert.", "state_dict", "_modules", "_parameters", "gelu",
    "quick_gelu", "clip", "bert", "gpt2", "roberta", "dinov2", "vit", "clip_vision_model", "label", "sentence", "text",
    "auto", "null", "~", "true", "[]", "{}", "{", "}", "[", "]", ",", ":", "&a", "*a", "<<", "!!", "---", "...",
    "%YAML 9.9",
    "- ", "? ", "| ", "> ", "# ", "\t", " ", "##", "</w>", "<|endoftext|>", "[CLS]", "Ġ", "(", ")", "*", "(a*)*",
    "a{9999}",
    "[a-z", "\u{85}", "\u{2028}",
  ]
}
