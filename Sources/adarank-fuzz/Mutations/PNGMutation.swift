/// Changes of a PNG file, chunk by chunk, most of them with the right check sums.
enum PNGMutation {
  private struct Chunk {
    var type: [UInt8]
    var data: [UInt8]
    /// Nil for the right one.
    var sum: UInt32?

    var bytes: [UInt8] {
      let content = type + data
      return little(UInt32(data.count)).reversed() + content + little(sum ?? checkSum(content)).reversed()
    }
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    guard var chunks = chunks(of: bytes), !chunks.isEmpty else { return bytes.mutate(others: [], using: &random) }
    for _ in 0...random.below(3) {
      let index = random.below(chunks.count)
      switch random.below(10) {
      case 0: if chunks.count > 1 { chunks.remove(at: index) }
      case 1: chunks.insert(chunks[index], at: random.below(chunks.count + 1))
      case 2: chunks.swapAt(index, random.below(chunks.count))
      case 3: chunks[index].type = Array(random.pick(types).utf8)
      case 4:
        let data = (0..<random.below(64)).map { _ in random.byte() }
        chunks.insert(Chunk(type: Array(random.pick(types).utf8), data: data), at: random.below(chunks.count + 1))
      case 5: chunks[index].sum = UInt32(truncatingIfNeeded: random.next())
      case 6, 7: changeHeader(&chunks[0], using: &random)
      default: chunks[index].data.mutate(others: chunks.map(\.data), using: &random)
      }
    }
    bytes = signature + chunks.flatMap(\.bytes)
  }

  private static let types = [
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "iCCP", "sRGB", "sBIT", "eXIf", "zTXt", "tEXt", "acTL",
    "ABCD",
    "abcd", "\u{0}\u{0}\u{0}\u{0}",
  ]

  /// Width, height, depth, colour type, compression, filter and interlacing.
  private static func changeHeader(_ header: inout Chunk, using random: inout CaseRandom) {
    guard header.data.count == 13 else { return }
    switch random.below(3) {
    case 0: header.data.write(UInt64(1 << random.below(32)), width: 4, at: 4 * random.below(2), bigEndian: true)
    case 1: header.data.write(Extremes.bits(using: &random), width: 4, at: 4 * random.below(2), bigEndian: true)
    default: header.data[8 + random.below(5)] = random.pick([0, 1, 2, 3, 4, 6, 8, 16, 255])
    }
  }

  private static func chunks(of bytes: [UInt8]) -> [Chunk]? {
    guard bytes.starts(with: signature) else { return nil }
    var chunks: [Chunk] = []
    var start = signature.count
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - start - 12 else { return nil }
      chunks.append(
        Chunk(type: Array(bytes[start + 4..<start + 8]), data: Array(bytes[start + 8..<start + 8 + length])))
      start += 12 + length
    }
    return start == bytes.count ? chunks : nil
  }
}

/// CRC-32.
private func checkSum(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(.max as UInt32) { sum, byte in sum >> 8 ^ checkTable[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
}

private let checkTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
}
