/// A stream of random numbers that is drawn from a seed and the purpose it serves, so that no stream depends on how much
/// another was used.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014): SplitMix64.
struct RandomStream: RandomNumberGenerator, Sendable {
  /// What a stream is for.
  enum Purpose: UInt64 {
    case weights, startingOrder, mistakes, pairs
  }

  private var state: UInt64

  /// - Parameter round: tells apart the streams of one purpose.
  init(seed: UInt64, _ purpose: Purpose, round: Int = 0) {
    state = Self.mix(Self.mix(seed &+ purpose.rawValue) &+ UInt64(round))
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// Uniform in 0 ..< 1, in steps of 2⁻⁵³.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in −limit ..< limit.
  mutating func symmetric(_ limit: Double) -> Double { (2 * unit() - 1) * limit }

  /// Uniform in 0 ..< bound.
  mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

  /// 0 ..< count in random order, by Fisher and Yates.
  mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    var last = count - 1
    while last > 0 {
      order.swapAt(last, below(last + 1))
      last -= 1
    }
    return order
  }

  /// Some of the numbers 0 ..< count, ascending: one from each of `size` stretches of equal length; all where there are
  /// no more than `size`.
  mutating func sample(_ size: Int, of count: Int) -> [Int] {
    guard count > size else { return Array(0..<count) }
    let length = Double(count) / Double(size)
    return (0..<size).map { stretch in
      let (start, end) = (
        Int(Double(stretch) * length), stretch + 1 == size ? count : Int(Double(stretch + 1) * length)
      )
      return start + below(end - start)
    }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
