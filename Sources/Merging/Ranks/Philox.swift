/// Philox4x32-10: random bits that are a function of a key and a counter, in any order and on any rank.
///
/// Source: Salmon, Moraes, Dror and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).
struct Philox: Sendable {
  let key: SIMD2<UInt32>

  private static let multipliers = SIMD2<UInt32>(0xd251_1f53, 0xcd9e_8d57)
  /// What is added to the key from round to round.
  private static let steps = SIMD2<UInt32>(0x9e37_79b9, 0xbb67_ae85)
  private static let rounds = 10

  /// The 128 bits at a counter.
  func bits(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (x, key) = (counter, key)
    for _ in 0..<Self.rounds {
      let (a, b) = (Self.multipliers.x.multipliedFullWidth(by: x.x), Self.multipliers.y.multipliedFullWidth(by: x.z))
      x = SIMD4(b.high ^ x.y ^ key.x, b.low, a.high ^ x.w ^ key.y, a.low)
      key = key &+ Self.steps
    }
    return x
  }
}
