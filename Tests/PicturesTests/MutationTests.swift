import Testing

@testable import Pictures

@Suite struct MutationTests {
  /// Whatever a file holds, decoding it gives a picture or an error.
  @Test(arguments: PictureFixtures.pictures) func noDamageEndsTheProgram(name: String) {
    let original = PictureFixtures.bytes(name)
    var random = LinearCongruentialGenerator(state: UInt64(original.count))
    var refused = 0
    for round in 0..<150 {
      var bytes = original
      for _ in 0...round % 4 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.byte() }
      if round % 5 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      if round % 7 == 0 { bytes.insert(random.byte(), at: Int.random(in: 0..<bytes.count, using: &random)) }
      // Check sums hide the damage from all that is behind them.
      if round % 2 == 0 { bytes.repairCheckSums() }
      do {
        let header = try PictureHeader(bytes, byteCount: bytes.count, path: name)
        // Large ones would take long, and no other way than small ones.
        if header.width * header.height > 10_000_000 { continue }
        let picture = try Picture(decoding: bytes, path: name)
        #expect(picture.bytes.count == header.width * header.height * 3)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}

/// The same numbers in every run.
private struct LinearCongruentialGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }

  mutating func byte() -> UInt8 { UInt8.random(in: 0...255, using: &self) }
}

extension [UInt8] {
  /// Gives the whole chunks of a PNG file their right check sums.
  fileprivate mutating func repairCheckSums() {
    guard starts(with: PictureFormat.png.signature) else { return }
    for chunk in PNGChunks(self) {
      let sum = checkSum(self[chunk.range.dropFirst(4).dropLast(4)])
      replaceSubrange(chunk.range.suffix(4), with: sum.bytes)
    }
  }
}

extension UInt32 {
  /// The highest first.
  var bytes: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) } }
}

/// CRC-32, bit by bit.
func checkSum(_ bytes: some Sequence<UInt8>) -> UInt32 {
  var sum: UInt32 = .max
  for byte in bytes {
    sum ^= UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }
  return ~sum
}
