/// What makes tokens of a piece of text.
enum TokenModel: Sendable {
  case wordPiece(WordPiece)
  case bytePairs(BytePairEncoding)

  /// Appends the tokens of a piece.
  func encode(_ scalars: [Unicode.Scalar], _ piece: Range<Int>, into ids: inout [Int32]) {
    switch self {
    case .wordPiece(let model): model.encode(scalars, piece, into: &ids)
    case .bytePairs(let model): model.encode(scalars, piece, into: &ids)
    }
  }
}
