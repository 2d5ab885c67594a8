extension PreTokenizer {
  /// White space goes, and each punctuation character is a piece.
  static let bert = PreTokenizer.sequence([whitespaceSplit, punctuation(.isolated)])

  /// White space goes.
  static let whitespaceSplit = PreTokenizer.split(Splitter(at: .whitespace, .removed))

  /// Words, and runs of what is neither word nor white space.
  static let words = PreTokenizer.split(Splitter(.words, .removed, isInverted: true))

  /// - Parameter behavior: of punctuation characters, one by one.
  static func punctuation(_ behavior: SplitBehavior) -> PreTokenizer {
    .split(Splitter(at: .punctuation, behavior))
  }

  /// - Parameter behavior: of digits and other numbers, as the standard library's version of Unicode has them.
  static func digits(_ behavior: SplitBehavior) -> PreTokenizer {
    .split(Splitter(at: ScalarSet([.assigned(.numbers, version: .max - 1)]), behavior))
  }
}
