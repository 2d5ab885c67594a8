extension Pattern {
  /// Contractions, words, numbers and other signs, each with the space before it, and white space.
  ///
  /// Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019), its encoder.
  static let gpt2 = Pattern(
    contractions + [
      .manyAfterSpace(.letters), .manyAfterSpace(.numbers), .manyAfterSpace(.signs), .spaceBeforeWord,
    ])

  /// Special tokens, contractions, words, digits and other signs.
  ///
  /// Source: Radford et al., Learning Transferable Visual Models (arXiv:2103.00020), its tokenizer.
  static let clip = Pattern(
    [.text(Array("<|startoftext|>".unicodeScalars)), .text(Array("<|endoftext|>".unicodeScalars))]
      + clipWithoutTokens.alternatives)

  /// The same without special tokens.
  static let clipWithoutTokens = Pattern(contractions + [.many(.letters), .one(.numbers), .many(.signs)])

  /// Words, and what is between words and white space.
  static let words = Pattern([
    .many(.wordCharacters), .many(ScalarSet([.set(.wordCharacters), .whitespace], isInverted: true)),
  ])

  static let whitespace = Pattern([.many(.whitespace)])

  private static let contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].map {
    Alternative.text(Array($0.unicodeScalars))
  }
}
