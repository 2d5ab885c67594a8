/// The number of single-character insertions, deletions, replacements and swaps of neighbours that turn
/// one word into the other, where no piece is edited twice; letter case counts for nothing.
///
/// Cost: the product of the lengths.
///
/// Source: Damerau–Levenshtein distance, optimal string alignment.
func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.lowercased()), Array(second.lowercased()))
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
      row.append(best)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}

/// The known word that a person most probably meant: the nearest, if a third of its letters or fewer,
/// but at least one, would have to be edited.
func nearest(to word: String, among known: [String]) -> String? {
  // Far longer words cannot be near; their distances would cost the product of the lengths.
  guard let longest = known.map(\.count).max(), word.count <= 2 * longest else { return nil }
  func most(_ word: String) -> Int { max(1, word.count / 3) }
  // Words of other lengths are at least as far as these differ.
  return known.filter { abs($0.count - word.count) <= most($0) }
    .map { (word: $0, distance: editDistance(word, $0)) }
    .filter { $0.distance <= most($0.word) }
    .min { $0.distance < $1.distance }?.word
}

/// The end of a finding on an unknown word: the nearest known one, and all of them where they are few or
/// none is near.
///
/// - Parameter owner: what has the known words, with its verb: `this version has`.
func suggestion(for word: String, among known: [String], owner: String = "this version has") -> String {
  guard !known.isEmpty else { return "; \(owner) none" }
  let near = nearest(to: word, among: known).map { "; did you mean '\($0)'?" }
  let list = "\(owner) \(known.joined(separator: ", "))"
  guard let near else { return "; \(list)" }
  return known.count <= 8 ? "\(near) (\(list))" : near
}
