/// What to look for in a text: alternatives, of which at each place the first that matches counts. Matches do
/// not overlap.
///
/// This is all that the regular expressions of BERT, GPT-2, RoBERTa and CLIP say. None of the alternatives
/// takes back what it has read, but for one scalar, so that the time is linear in the length of the text.
struct Pattern: Sendable {
  enum Alternative: Sendable {
    /// Exactly these scalars, at least one.
    case text([Unicode.Scalar])
    /// One scalar of the set.
    case one(ScalarSet)
    /// As many scalars of the set as there are, at least one.
    case many(ScalarSet)
    /// The same, with a space before it where there is one. The set has no space.
    case manyAfterSpace(ScalarSet)
    /// White space: where something follows, all but the last scalar, unless there is only one.
    case spaceBeforeWord
  }

  let alternatives: [Alternative]

  init(_ alternatives: [Alternative]) {
    self.alternatives = alternatives
  }

  /// The matches in a range of a text, which see nothing of what is outside.
  func matches(in scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    var matches: [Range<Int>] = []
    appendMatches(in: scalars, range, to: &matches)
    return matches
  }

  func appendMatches(in scalars: [Unicode.Scalar], _ range: Range<Int>, to matches: inout [Range<Int>]) {
    var position = range.lowerBound
    while position < range.upperBound {
      if let end = end(of: scalars, position..<range.upperBound) {
        matches.append(position..<end)
        position = end
      } else {
        position += 1
      }
    }
  }

  /// Where a match ends that begins at the start of the range, which is not empty.
  private func end(of scalars: [Unicode.Scalar], _ range: Range<Int>) -> Int? {
    for alternative in alternatives {
      if let end = alternative.end(of: scalars, range) { return end }
    }
    return nil
  }
}

extension Pattern.Alternative {
  fileprivate func end(of scalars: [Unicode.Scalar], _ range: Range<Int>) -> Int? {
    switch self {
    case .text(let text):
      guard text.count <= range.count else { return nil }
      for index in text.indices where scalars[range.lowerBound + index] != text[index] { return nil }
      return range.lowerBound + text.count
    case .one(let set):
      return set.contains(scalars[range.lowerBound]) ? range.lowerBound + 1 : nil
    case .many(let set):
      let end = set.end(of: scalars, range)
      return end > range.lowerBound ? end : nil
    case .manyAfterSpace(let set):
      let start = scalars[range.lowerBound] == " " ? range.lowerBound + 1 : range.lowerBound
      let end = set.end(of: scalars, start..<range.upperBound)
      return end > start ? end : nil
    case .spaceBeforeWord:
      let end = ScalarSet.whitespace.end(of: scalars, range)
      if end == range.lowerBound { return nil }
      return end < range.upperBound && end - range.lowerBound > 1 ? end - 1 : end
    }
  }
}

extension ScalarSet {
  /// Where the scalars of this set end that a range begins with.
  fileprivate func end(of scalars: [Unicode.Scalar], _ range: Range<Int>) -> Int {
    var end = range.lowerBound
    while end < range.upperBound && contains(scalars[end]) { end += 1 }
    return end
  }
}
