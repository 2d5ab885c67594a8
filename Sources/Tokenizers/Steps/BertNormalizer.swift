/// The normaliser of BERT.
///
/// Source: Devlin et al., BERT (arXiv:1810.04805), its BasicTokenizer.
struct BertNormalizer: Sendable {
  /// Whether control characters go and each white space becomes a space.
  let cleansText: Bool
  /// Whether CJK ideographs get spaces around them.
  let isolatesIdeographs: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  /// The version of Unicode by which characters are judged.
  static let version: UInt8 = 8

  /// - Parameter stripsAccents: where nil, accents go where letters become small.
  init(cleansText: Bool = true, isolatesIdeographs: Bool = true, stripsAccents: Bool? = nil, lowercases: Bool) {
    self.cleansText = cleansText
    self.isolatesIdeographs = isolatesIdeographs
    self.stripsAccents = stripsAccents ?? lowercases
    self.lowercases = lowercases
  }

  func normalize(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result = scalars
    if cleansText { result = result.compactMap(Self.clean) }
    if isolatesIdeographs && result.contains(where: \.isIdeograph) {
      result = result.flatMap { $0.isIdeograph ? [" ", $0, " "] : [$0] }
    }
    if stripsAccents {
      result = NormalForm.decomposed.normalize(result)
      result.removeAll(where: Accents.isBertAccent)
    }
    return lowercases ? Normalizer.lowercase(result) : result
  }

  private static func clean(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    if scalar.isASCII {
      if scalar == "\t" || scalar == "\n" || scalar == "\r" { return " " }
      return scalar.value < 0x20 || scalar.value == 0x7F ? nil : scalar
    }
    if scalar == "\u{FFFD}" || CategorySet.invisible.contains(ScalarProperties(of: scalar).category(asOf: version)) {
      return nil
    }
    return scalar.properties.isWhitespace ? " " : scalar
  }
}

extension Unicode.Scalar {
  /// Whether BERT takes it for a word of its own.
  fileprivate var isIdeograph: Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF,
      0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
