/// Encodes a word as the longest token that it begins with, then the longest that the rest begins with, and
/// so on.
///
/// Source: Wu et al., Google's Neural Machine Translation System (arXiv:1609.08144), section 4.1; tokens as
/// in BERT, where all but the first of a word have a prefix.
struct WordPiece: Sendable {
  let vocabulary: ScalarTrie
  /// Stands for a word that cannot be put together from tokens.
  let unknownID: Int32
  /// A longer word is unknown, in scalars.
  let maximumLength: Int
  /// The node of the vocabulary that the continuing prefix leads to; nil where no token has it.
  private let continuation: Int?

  init(vocabulary: Vocabulary, unknownID: Int32, continuingPrefix: String, maximumLength: Int) {
    self.vocabulary = vocabulary.trie
    self.unknownID = unknownID
    self.maximumLength = maximumLength
    continuation = self.vocabulary.node(of: continuingPrefix.unicodeScalars)
  }

  func encode(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into ids: inout [Int32]) {
    let count = ids.count
    guard word.count <= maximumLength else {
      ids.append(unknownID)
      return
    }
    var position = word.lowerBound
    var start: Int? = 0
    while position < word.upperBound {
      guard let node = start,
        let match = vocabulary.longestMatch(in: scalars, position..<word.upperBound, from: node)
      else {
        ids.removeSubrange(count...)
        ids.append(unknownID)
        return
      }
      ids.append(match.id)
      position = match.end
      start = continuation
    }
  }
}
