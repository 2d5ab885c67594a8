/// What becomes of a delimiter when a text is split at it.
enum SplitBehavior: String, Sendable {
  case removed = "Removed"
  /// Each delimiter is a piece of its own.
  case isolated = "Isolated"
  /// A delimiter ends the piece before it, unless that ends in one.
  case mergedWithPrevious = "MergedWithPrevious"
  /// A delimiter begins the piece after it, unless that begins with one.
  case mergedWithNext = "MergedWithNext"
  /// Delimiters that touch are one piece, and so are pieces that touch without one.
  case contiguous = "Contiguous"

  /// Appends the pieces of a range.
  ///
  /// - Parameter matches: what the pattern of delimiters matches, in order.
  /// - Parameter isInverted: whether the delimiters are what lies between the matches.
  func appendPieces(
    of range: Range<Int>, matches: [Range<Int>], isInverted: Bool, to pieces: inout [Range<Int>]
  ) {
    let first = pieces.count
    var previousIsDelimiter = false
    var end = range.lowerBound
    for match in matches {
      if end < match.lowerBound {
        append(end..<match.lowerBound, isDelimiter: isInverted, &previousIsDelimiter, first, &pieces)
      }
      append(match, isDelimiter: !isInverted, &previousIsDelimiter, first, &pieces)
      end = match.upperBound
    }
    if end < range.upperBound {
      append(end..<range.upperBound, isDelimiter: isInverted, &previousIsDelimiter, first, &pieces)
    }
  }

  /// Appends the next part of a range, or makes it part of the last piece.
  ///
  /// - Parameter previousIsDelimiter: whether the part before is a delimiter; false at the first part.
  /// - Parameter first: where the pieces of this range begin.
  private func append(
    _ part: Range<Int>, isDelimiter: Bool, _ previousIsDelimiter: inout Bool, _ first: Int,
    _ pieces: inout [Range<Int>]
  ) {
    let joins: Bool
    switch self {
    case .removed:
      if !isDelimiter { pieces.append(part) }
      return
    case .isolated: joins = false
    case .mergedWithPrevious: joins = isDelimiter && !previousIsDelimiter
    case .mergedWithNext: joins = !isDelimiter && previousIsDelimiter
    case .contiguous: joins = isDelimiter == previousIsDelimiter
    }
    previousIsDelimiter = isDelimiter
    if joins && pieces.count > first {
      pieces[pieces.count - 1] = pieces[pieces.count - 1].lowerBound..<part.upperBound
    } else {
      pieces.append(part)
    }
  }
}
