/// A set of Unicode scalars.
struct ScalarSet: Sendable {
  /// One part of a set.
  enum Element: Sendable {
    case range(ClosedRange<Unicode.Scalar>)
    case category(CategorySet)
    /// Those of the categories that a version of Unicode had.
    case assigned(CategorySet, version: UInt8)
    /// White_Space.
    case whitespace
    /// Alphabetic, M, Nd and Pc.
    case word
    case set(ScalarSet)
  }

  /// The version of Unicode by which categories and words are meant.
  static let version: UInt8 = 16

  /// What words consist of: `\w` of Unicode Technical Standard 18, annex C.
  static let wordCharacters = ScalarSet([.word, .range("\u{200C}"..."\u{200D}")])
  static let letters = ScalarSet([.category(.letters)])
  static let numbers = ScalarSet([.category(.numbers)])
  static let whitespace = ScalarSet([.whitespace])
  /// What is neither letter nor number nor white space.
  static let signs = ScalarSet([.whitespace, .category(.letters), .category(.numbers)], isInverted: true)
  /// The ASCII characters that are neither letters nor digits nor white space, and the punctuation of
  /// Unicode 8, two characters of which have another category today.
  static let punctuation = ScalarSet([
    .range("!"..."/"), .range(":"..."@"), .range("["..."`"), .range("{"..."~"),
    .assigned(.punctuation, version: 8), .range("\u{166D}"..."\u{166D}"), .range("\u{111C9}"..."\u{111C9}"),
  ])

  let elements: [Element]
  /// Whether the set is all but its elements.
  let isInverted: Bool
  /// A bit for each ASCII character in the set.
  private let ascii: (UInt64, UInt64)

  init(_ elements: [Element], isInverted: Bool = false) {
    self.elements = elements
    self.isInverted = isInverted
    var bits: (UInt64, UInt64) = (0, 0)
    for value in UInt8(0)..<128 {
      let isIn = elements.contains { $0.contains(Unicode.Scalar(value)) } != isInverted
      guard isIn else { continue }
      if value < 64 { bits.0 |= 1 << value } else { bits.1 |= 1 << (value - 64) }
    }
    ascii = bits
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 64 { return ascii.0 >> scalar.value & 1 == 1 }
    if scalar.value < 128 { return ascii.1 >> (scalar.value - 64) & 1 == 1 }
    for element in elements where element.contains(scalar) { return !isInverted }
    return isInverted
  }
}

extension ScalarSet.Element {
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .range(let range): range.contains(scalar)
    case .category(let categories):
      categories.contains(ScalarProperties(of: scalar).category(asOf: ScalarSet.version))
    case .assigned(let categories, let version):
      categories.contains(ScalarProperties(of: scalar).category(asOf: version))
    case .whitespace: scalar.properties.isWhitespace
    case .word: scalar.isWord
    case .set(let set): set.contains(scalar)
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isWord: Bool {
    let category = ScalarProperties(of: self).category(asOf: ScalarSet.version)
    if category == .unassigned { return false }
    let wordCategories: CategorySet = [.letters, .marks, .decimalDigits, .connectors]
    return wordCategories.contains(category) || properties.isAlphabetic
  }
}
