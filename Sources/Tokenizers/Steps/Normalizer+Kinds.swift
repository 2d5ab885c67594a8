extension Normalizer {
  /// Composed, white space as single spaces, and lower case.
  static let clip = Normalizer.sequence([.form(.composed), .replace(.whitespace, with: [" "]), .lowercase])
}
