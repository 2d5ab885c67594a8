/// Encodes a word by merging neighbouring tokens, beginning with one for each character, as long as any
/// two merge.
///
/// Source: Sennrich et al., Neural Machine Translation of Rare Words with Subword Units (arXiv:1508.07909),
/// section 3.2.
struct BytePairEncoding: Sendable {
  struct Options: Sendable {
    /// What the tokens begin with that do not begin a word.
    var continuingPrefix = ""
    /// What the tokens end with that end a word.
    var endOfWordSuffix = ""
    /// Whether unknown characters in a row are one unknown token.
    var fusesUnknown = false
    /// Whether a word that is a token is that token, whatever the merges make of it.
    var ignoresMerges = false
    /// Whether the bytes of a character without a token stand for it, where all of them have a token.
    var usesBytes = false
  }

  /// A word longer than this is merged with a queue, which takes n log n steps instead of n².
  private static let longWord = 24

  let vocabulary: ScalarTrie
  let merges: MergeTable
  /// Stands for characters without a token; where nil, they are left out.
  let unknownID: Int32?
  let options: Options
  /// The tokens `<0x00>` to `<0xFF>`; nil where bytes do not stand for characters.
  private let byteIDs: [Int32?]?
  /// The tokens of single characters: inside a word, at its start, at its end, and of a word of one.
  private let characters: [HashTable]

  init(vocabulary: Vocabulary, merges: MergeTable, unknownID: Int32?, options: Options) {
    self.vocabulary = vocabulary.trie
    self.merges = merges
    self.unknownID = unknownID
    byteIDs = options.usesBytes ? vocabulary.byteIDs : nil
    self.options = options
    let prefix = Array(options.continuingPrefix.unicodeScalars)
    let suffix = Array(options.endOfWordSuffix.unicodeScalars)
    characters = [(false, false), (true, false), (false, true), (true, true)].map { isFirst, isLast in
      let before = isFirst ? [] : prefix
      let after = isLast ? suffix : []
      var table = HashTable()
      for token in vocabulary.tokens where token.text.count == before.count + 1 + after.count {
        if token.text.starts(with: before) && token.text.suffix(after.count).elementsEqual(after) {
          table.set(UInt64(token.text[before.count].value), to: UInt64(token.id))
        }
      }
      return table
    }
  }

  func encode(_ scalars: [Unicode.Scalar], _ word: Range<Int>, into ids: inout [Int32]) {
    if options.ignoresMerges, let match = vocabulary.id(of: scalars[word]) {
      ids.append(match)
      return
    }
    let start = ids.count
    appendCharacters(of: scalars, word, to: &ids)
    if ids.count - start <= Self.longWord {
      mergeShort(&ids, from: start)
    } else {
      mergeLong(&ids, from: start)
    }
  }

  private func appendCharacters(of scalars: [Unicode.Scalar], _ word: Range<Int>, to ids: inout [Int32]) {
    var hasUnknown = false
    for index in word {
      let kind = (index == word.lowerBound ? 1 : 0) + (index == word.upperBound - 1 ? 2 : 0)
      if let id = characters[kind][UInt64(scalars[index].value)] {
        if hasUnknown, let unknownID { ids.append(unknownID) }
        hasUnknown = false
        ids.append(Int32(truncatingIfNeeded: id))
      } else if let bytes = bytes(of: scalars[index], kind: kind) {
        // An unknown token waits for the next known character and comes after the bytes.
        ids += bytes
      } else {
        if hasUnknown && !options.fusesUnknown, let unknownID { ids.append(unknownID) }
        hasUnknown = true
      }
    }
    if hasUnknown, let unknownID { ids.append(unknownID) }
  }

  /// The tokens of the bytes of a character with what is before and after it.
  private func bytes(of scalar: Unicode.Scalar, kind: Int) -> [Int32]? {
    guard let byteIDs else { return nil }
    let before = kind & 1 == 1 ? "" : options.continuingPrefix
    let after = kind & 2 == 2 ? options.endOfWordSuffix : ""
    var ids: [Int32] = []
    for byte in (before + String(Character(scalar)) + after).utf8 {
      guard let id = byteIDs[Int(byte)] else { return nil }
      ids.append(id)
    }
    return ids
  }

  private func mergeShort(_ ids: inout [Int32], from start: Int) {
    while true {
      var best: MergeTable.Merge?
      var position = start
      for index in start..<max(start, ids.count - 1) {
        if let merge = merges[ids[index], ids[index + 1]], merge.rank < best?.rank ?? .max {
          best = merge
          position = index
        }
      }
      guard let best else { return }
      ids[position] = best.id
      ids.remove(at: position + 1)
    }
  }

  /// Tokens are a list linked by positions; the left one of a pair takes the place of both.
  private func mergeLong(_ ids: inout [Int32], from start: Int) {
    var tokens = Array(ids[start...])
    let count = tokens.count
    var next = Array(1...count)
    var previous = Array(-1..<(count - 1))
    var queue = MergeQueue()
    for index in 0..<(count - 1) {
      if let merge = merges[tokens[index], tokens[index + 1]] { queue.add(merge, at: index) }
    }
    while let entry = queue.popFirst() {
      let position = Int(entry.position)
      // The pair may have changed since it was queued.
      guard tokens[position] >= 0, next[position] < count,
        merges[tokens[position], tokens[next[position]]]?.id == entry.merge.id
      else { continue }
      let right = next[position]
      tokens[position] = entry.merge.id
      tokens[right] = -1
      next[position] = next[right]
      if next[right] < count {
        previous[next[right]] = position
        if let merge = merges[entry.merge.id, tokens[next[right]]] { queue.add(merge, at: position) }
      }
      if previous[position] >= 0, let merge = merges[tokens[previous[position]], entry.merge.id] {
        queue.add(merge, at: previous[position])
      }
    }
    ids.replaceSubrange(start..., with: tokens.lazy.filter { $0 >= 0 })
  }
}
