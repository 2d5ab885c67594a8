/// Which pairs of tokens merge, in which order, and into what.
struct MergeTable: Sendable {
  struct Merge: Equatable, Sendable {
    /// The pair of the lowest rank merges first.
    let rank: UInt32
    let id: Int32
  }

  private var table: HashTable

  init(capacity: Int) {
    table = HashTable(capacity: capacity)
  }

  subscript(left: Int32, right: Int32) -> Merge? {
    table[Self.key(left, right)].map { Merge(rank: UInt32($0 >> 32), id: Int32(truncatingIfNeeded: $0)) }
  }

  /// Adds a pair; of a pair that is there, the last one counts.
  mutating func set(_ left: Int32, _ right: Int32, to merge: Merge) {
    table.set(Self.key(left, right), to: UInt64(merge.rank) << 32 | UInt64(merge.id))
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    HashTable.key(UInt32(bitPattern: left), UInt32(bitPattern: right))
  }
}
