/// Cuts a text into the pieces that the model encodes one by one.
indirect enum PreTokenizer: Sendable {
  case split(Splitter)
  /// Puts a space before each piece that does not begin with one, cuts the pieces where there is a splitter,
  /// and replaces characters by those of their bytes.
  case byteLevel(addsPrefixSpace: Bool, Splitter?)
  case sequence([PreTokenizer])

  func cut(_ pieces: PieceList) -> PieceList {
    switch self {
    case .split(let splitter):
      return splitter.split(pieces)
    case .byteLevel(let addsPrefixSpace, let splitter):
      let spaced = addsPrefixSpace ? Self.addPrefixSpaces(to: pieces) : pieces
      return ByteAlphabet.encode(splitter?.split(spaced) ?? spaced)
    case .sequence(let steps):
      return steps.reduce(pieces) { $1.cut($0) }
    }
  }

  private static func addPrefixSpaces(to pieces: PieceList) -> PieceList {
    var scalars: [Unicode.Scalar] = []
    var ranges: [Range<Int>] = []
    for range in pieces.ranges {
      let start = scalars.count
      if pieces.scalars[range.lowerBound] != " " { scalars.append(" ") }
      scalars += pieces.scalars[range]
      ranges.append(start..<scalars.count)
    }
    return PieceList(scalars, ranges: ranges)
  }
}
