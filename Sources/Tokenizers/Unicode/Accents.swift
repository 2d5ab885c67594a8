/// The marks that are stripped from letters.
///
/// Some characters have become marks since, or ceased to be marks: they are told one by one.
enum Accents {
  /// Whether BERT strips it: a nonspacing mark of Unicode 8.
  static func isBertAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: false
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: ScalarProperties(of: scalar).category(asOf: 8) == .nonspacingMarks
    }
  }

  /// Whether StripAccents strips it: a mark of Unicode 9.
  static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x300: false
    case 0x1CF2, 0x1CF3: true
    case 0x111C9: false
    default: CategorySet.marks.contains(ScalarProperties(of: scalar).category(asOf: 9))
    }
  }
}
