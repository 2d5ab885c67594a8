/// Splits pieces of text at the matches of a pattern.
struct Splitter: Sendable {
  let pattern: Pattern
  let behavior: SplitBehavior
  let isInverted: Bool

  init(_ pattern: Pattern, _ behavior: SplitBehavior, isInverted: Bool = false) {
    self.pattern = pattern
    self.behavior = behavior
    self.isInverted = isInverted
  }

  /// Splits at each scalar of a set.
  init(at set: ScalarSet, _ behavior: SplitBehavior) {
    self.init(Pattern([.one(set)]), behavior)
  }

  func split(_ pieces: PieceList) -> PieceList {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(pieces.ranges.count)
    var matches: [Range<Int>] = []
    for range in pieces.ranges {
      matches.removeAll(keepingCapacity: true)
      pattern.appendMatches(in: pieces.scalars, range, to: &matches)
      behavior.appendPieces(of: range, matches: matches, isInverted: isInverted, to: &ranges)
    }
    return PieceList(pieces.scalars, ranges: ranges)
  }
}
