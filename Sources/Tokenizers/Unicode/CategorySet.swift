/// A set of general categories of Unicode.
struct CategorySet: OptionSet, Sendable {
  let rawValue: UInt32

  /// By two-letter name, in the order of their bits; a one-letter name means all that begin with it.
  static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
    "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  static let letters = CategorySet(name: "L")!
  static let marks = CategorySet(name: "M")!
  static let nonspacingMarks = CategorySet(name: "Mn")!
  static let numbers = CategorySet(name: "N")!
  static let decimalDigits = CategorySet(name: "Nd")!
  static let punctuation = CategorySet(name: "P")!
  static let connectors = CategorySet(name: "Pc")!
  static let unassigned = CategorySet(name: "Cn")!
  /// Control and format characters, and those for private use.
  static let invisible = CategorySet(name: "Cc")!.union(CategorySet(name: "Cf")!).union(CategorySet(name: "Co")!)

  init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// - Returns: nil where no category has this name.
  init?(name: String) {
    var bits: UInt32 = 0
    for (bit, known) in Self.names.enumerated() where known == name || known.prefix(1) == name { bits |= 1 << bit }
    guard bits != 0 else { return nil }
    self.init(rawValue: bits)
  }

  /// The set of this one category.
  init(_ category: Unicode.GeneralCategory) {
    let bit =
      switch category {
      case .uppercaseLetter: 0
      case .lowercaseLetter: 1
      case .titlecaseLetter: 2
      case .modifierLetter: 3
      case .otherLetter: 4
      case .nonspacingMark: 5
      case .spacingMark: 6
      case .enclosingMark: 7
      case .decimalNumber: 8
      case .letterNumber: 9
      case .otherNumber: 10
      case .connectorPunctuation: 11
      case .dashPunctuation: 12
      case .openPunctuation: 13
      case .closePunctuation: 14
      case .initialPunctuation: 15
      case .finalPunctuation: 16
      case .otherPunctuation: 17
      case .mathSymbol: 18
      case .currencySymbol: 19
      case .modifierSymbol: 20
      case .otherSymbol: 21
      case .spaceSeparator: 22
      case .lineSeparator: 23
      case .paragraphSeparator: 24
      case .control: 25
      case .format: 26
      case .surrogate: 27
      case .privateUse: 28
      case .unassigned: 29
      @unknown default: 29
      }
    self.init(rawValue: 1 << bit)
  }
}
