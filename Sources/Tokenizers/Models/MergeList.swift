/// The merges of a byte-pair encoding by the texts of their tokens, the first to merge first.
struct MergeList {
  /// Where a merge cannot be used, counted from 0, and why.
  struct Problem: Error {
    let index: Int
    let reason: String
  }

  private var pairs: [(left: String, right: String)] = []

  mutating func add(left: String, right: String) {
    pairs.append((left, right))
  }

  /// Adds a merge that is written as two tokens with a space between.
  ///
  /// - Returns: whether it is so written.
  mutating func add(_ line: String) -> Bool {
    let parts = line.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    add(left: String(parts[0]), right: String(parts[1]))
    return true
  }

  /// The merges by the ids of their tokens.
  ///
  /// - Parameter continuingPrefix: what the right token of a pair loses when it merges.
  func table(_ vocabulary: Vocabulary, continuingPrefix: String) throws(Problem) -> MergeTable {
    let prefix = continuingPrefix.unicodeScalars
    var table = MergeTable(capacity: pairs.count)
    for (index, pair) in pairs.enumerated() {
      guard let left = vocabulary[pair.left] else { throw unknown(pair.left, index) }
      guard let right = vocabulary[pair.right] else { throw unknown(pair.right, index) }
      guard pair.right.unicodeScalars.starts(with: prefix) else {
        throw Problem(
          index: index, reason: "the token \(pair.right.quoted) does not begin with the continuing prefix")
      }
      let merged = pair.left + String(pair.right.unicodeScalars.dropFirst(prefix.count))
      guard let id = vocabulary[merged] else { throw unknown(merged, index) }
      table.set(left, right, to: MergeTable.Merge(rank: UInt32(index), id: id))
    }
    return table
  }

  private func unknown(_ token: String, _ index: Int) -> Problem {
    Problem(index: index, reason: "the token \(token.quoted) is not in the vocabulary")
  }
}
