/// Changes of a JPEG file, segment by segment.
enum JPEGMutation {
  /// Each from a marker to the next, with all that lies between.
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    var parts = parts(of: bytes)
    guard parts.count > 2 else { return bytes.mutate(others: [], using: &random) }
    for _ in 0...random.below(3) {
      let index = 1 + random.below(parts.count - 1)
      switch random.below(10) {
      case 0: if parts.count > 3 { parts.remove(at: index) }
      case 1: parts.insert(parts[index], at: index)
      case 2: parts.swapAt(index, 1 + random.below(parts.count - 1))
      case 3: parts[index][1] = random.isOne(in: 2) ? random.byte() : 0xC0 + UInt8(random.below(16))
      case 4:
        if parts[index].count >= 4 {
          parts[index].write(UInt64(random.below(65_536)), width: 2, at: 2, bigEndian: true)
        }
      case 5, 6: changeFrame(&parts, using: &random)
      case 7:
        parts.insert(
          contentsOf: repeatElement(parts[index], count: random.below(random.isOne(in: 8) ? 2_048 : 16)), at: index)
      default:
        var content = Array(parts[index].dropFirst(4))
        content.mutate(others: [], using: &random)
        parts[index] = parts[index].prefix(4) + content
      }
    }
    bytes = Array(parts.joined())
  }

  /// Changes height, width, components or sampling of the frame.
  private static func changeFrame(_ parts: inout [[UInt8]], using random: inout CaseRandom) {
    guard let index = parts.firstIndex(where: { $0.count > 10 && (0xC0...0xC2).contains($0[1]) }) else { return }
    switch random.below(3) {
    case 0:
      let side = random.isOne(in: 2) ? 1 << random.below(16) : random.below(65_536)
      parts[index].write(UInt64(side), width: 2, at: random.pick([5, 7]), bigEndian: true)
    case 1: parts[index][9] = UInt8(random.below(6))
    default: parts[index][10 + random.below(parts[index].count - 10)] = random.byte()
    }
  }

  private static func parts(of bytes: [UInt8]) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var start = 0
    for index in bytes.indices.dropFirst().dropLast()
    where bytes[index] == 0xFF && bytes[index + 1] != 0 && bytes[index + 1] != 0xFF {
      // A number in a segment may look like a marker; then the parts are others, which does not matter.
      if index > start + 1 || parts.isEmpty {
        parts.append(Array(bytes[start..<index]))
        start = index
      }
    }
    return parts + [Array(bytes[start...])]
  }
}
