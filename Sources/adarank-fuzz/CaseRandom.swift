/// The random numbers of one case: those of its reader, seed and number, in every run and on every machine.
///
/// SplitMix64. Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014).
struct CaseRandom: RandomNumberGenerator {
  private var state: UInt64

  init(reader: String, seed: UInt64, number: Int) {
    // FNV-1a of the name.
    state = reader.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    for part in [seed, UInt64(bitPattern: Int64(number))] { state = next() ^ part }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// A number from 0 to `count` − 1.
  ///
  /// - Precondition: `count` is positive.
  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

  /// True once in `count` times, on average.
  mutating func isOne(in count: Int) -> Bool { below(count) == 0 }

  /// - Precondition: not empty.
  mutating func pick<Choices: RandomAccessCollection>(_ choices: Choices) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }

  /// A range within 0 ..< `count`, short ones more often than long ones.
  mutating func range(within count: Int) -> Range<Int> {
    guard count > 0 else { return 0..<0 }
    let start = below(count)
    let most = isOne(in: 4) ? count - start : min(count - start, 1 + below(64))
    return start..<start + below(most + 1)
  }
}
