/// Which inputs of a task each step takes.
///
/// In order, input j of step s is (s·B + j) mod N. Shuffled, every pass over the N inputs has a permutation of its own,
/// drawn from the seed, the task and the pass, so that any step's batch is known without the steps before it.
struct BatchOrder: Sendable {
  private let task: Int
  private let count: Int
  private let batchSize: Int
  private let seed: UInt64
  private let shuffles: Bool
  private var drawn: (pass: Int, permutation: [Int])?

  /// - Parameters:
  ///   - count: N, the task's inputs.
  ///   - batchSize: B.
  init(task: Int, count: Int, batchSize: Int, seed: UInt64, shuffles: Bool) {
    self.task = task
    self.count = count
    self.batchSize = batchSize
    self.seed = seed
    self.shuffles = shuffles
  }

  /// The inputs of a step, from 0.
  mutating func batch(step: Int) -> [Int] {
    (0..<batchSize).map { place in
      let (pass, index) = (step * batchSize + place).quotientAndRemainder(dividingBy: count)
      guard shuffles else { return index }
      if drawn?.pass != pass { drawn = (pass, permutation(pass: pass)) }
      return drawn!.permutation[index]
    }
  }

  private func permutation(pass: Int) -> [Int] {
    var generator = SplitMix64(state: SplitMix64.mix(SplitMix64.mix(seed &+ UInt64(task)) &+ UInt64(pass)))
    // Fisher and Yates's shuffle, written out: the library's own may change, and with it the bytes of a merge.
    var order = Array(0..<count)
    for last in order.indices.dropFirst().reversed() {
      let chosen = generator.next().multipliedFullWidth(by: UInt64(last + 1)).high
      order.swapAt(last, Int(chosen))
    }
    return order
  }
}

/// A small generator whose state is a counter.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014).
struct SplitMix64: RandomNumberGenerator, Sendable {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
