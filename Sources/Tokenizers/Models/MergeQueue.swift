/// Merges that wait for their turn, a binary heap: the lowest rank first, and of one rank the leftmost.
struct MergeQueue {
  struct Entry {
    let merge: MergeTable.Merge
    /// Of the left token of the pair.
    let position: UInt32

    fileprivate var order: UInt64 { UInt64(merge.rank) << 32 | UInt64(position) }
  }

  private var entries: [Entry] = []

  mutating func add(_ merge: MergeTable.Merge, at position: Int) {
    var index = entries.count
    entries.append(Entry(merge: merge, position: UInt32(position)))
    while index > 0, entries[index].order < entries[(index - 1) / 2].order {
      entries.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func popFirst() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var index = 0
    while true {
      var least = index
      for child in (2 * index + 1)...(2 * index + 2) where child < entries.count {
        if entries[child].order < entries[least].order { least = child }
      }
      if least == index { return first }
      entries.swapAt(index, least)
      index = least
    }
  }
}
