extension Splitter {
  /// Each match of GPT-2's pattern is a piece; nothing is between matches.
  static let gpt2 = Splitter(.gpt2, .isolated)

  /// Each match of CLIP's pattern is a piece; what is between goes, which is white space.
  static let clip = Splitter(.clip, .removed, isInverted: true)
}
