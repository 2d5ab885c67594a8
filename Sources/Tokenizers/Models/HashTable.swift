/// A dictionary of integers with open addressing, for look-ups that are made for every character.
///
/// No key is `UInt64.max`.
struct HashTable: Sendable {
  private static let free = UInt64.max
  /// Odd, and another in each process, so that no file can have keys that all fall into one slot.
  private static let multiplier = UInt64.random(in: 0...UInt64.max) | 1

  private let multiplier = HashTable.multiplier

  private var keys: [UInt64]
  private var values: [UInt64]
  private(set) var count = 0

  /// - Parameter capacity: how many entries to make room for; there may be more.
  init(capacity: Int = 0) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    keys = Array(repeating: Self.free, count: size)
    values = Array(repeating: 0, count: size)
  }

  subscript(key: UInt64) -> UInt64? {
    let slot = slot(of: key)
    return keys[slot] == key ? values[slot] : nil
  }

  /// Sets the value of a key, whether or not it has one.
  mutating func set(_ key: UInt64, to value: UInt64) {
    precondition(key != Self.free)
    if count * 2 >= keys.count { grow() }
    let slot = slot(of: key)
    if keys[slot] != key { count += 1 }
    keys[slot] = key
    values[slot] = value
  }

  /// The key of a pair.
  static func key(_ first: UInt32, _ second: UInt32) -> UInt64 { UInt64(first) << 32 | UInt64(second) }

  /// Where the key is, or the free slot where it would be.
  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    // Multiply-shift hashing: the highest bits of the product, log₂ of the number of slots, depend on all bits of
    // the key. (Dietzfelbinger et al., A Reliable Randomized Algorithm for the Closest-Pair Problem, 1997)
    var slot = Int((key &* multiplier) >> UInt64(keys.count.leadingZeroBitCount + 1))
    while keys[slot] != key && keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    var larger = HashTable(capacity: keys.count)
    for (key, value) in zip(keys, values) where key != Self.free { larger.set(key, to: value) }
    self = larger
  }
}
