extension [UInt8] {
  /// Changes a file without regard to how it is built.
  ///
  /// - Parameter others: files whose parts may be put in.
  mutating func mutate(others: [[UInt8]], using random: inout CaseRandom) {
    guard !isEmpty else {
      append(random.byte())
      return
    }
    switch random.below(15) {
    case 0, 1:
      for _ in 0...random.below(8) { self[random.below(count)] ^= 1 << UInt8(random.below(8)) }
    case 2, 3:
      for _ in 0...random.below(4) { self[random.below(count)] = random.byte() }
    case 4:
      let range = random.range(within: count)
      let filler = random.pick([0, 0x20, 0x7F, 0x80, 0xFF] as [UInt8])
      replaceSubrange(range, with: repeatElement(filler, count: range.count))
    case 5:
      removeSubrange(random.range(within: count))
    case 6:
      removeLast(random.below(count))
    case 7:
      insert(contentsOf: (0...random.below(16)).map { _ in random.byte() }, at: random.below(count + 1))
    case 8:
      repeatSpan(using: &random)
    case 9:
      let (source, target) = (random.range(within: count), random.below(count + 1))
      insert(contentsOf: Array(self[source]), at: target)
    case 10:
      let source = random.range(within: count)
      let target = random.below(count - source.count + 1)
      replaceSubrange(target..<target + source.count, with: Array(self[source]))
    case 11:
      guard let other = others.isEmpty ? nil : random.pick(others), !other.isEmpty else { return }
      replaceSubrange(random.range(within: count), with: other[random.range(within: other.count)])
    case 12:
      writeExtreme(using: &random)
    default:
      replaceNumber(using: &random)
    }
  }

  /// Repeats a part, up to the size that files may have.
  private mutating func repeatSpan(using random: inout CaseRandom) {
    let span = Array(self[random.range(within: count)])
    guard !span.isEmpty else { return }
    let most = random.isOne(in: 16) ? MutatedFile.mostBytes : 4_096
    let times = 1 + random.below(Swift.max(1, most / span.count))
    insert(contentsOf: repeatElement(span, count: times).joined(), at: random.below(count + 1))
  }

  /// Overwrites one, two, four or eight bytes with an extreme number.
  private mutating func writeExtreme(using random: inout CaseRandom) {
    let width = 1 << random.below(4)
    guard count >= width else { return }
    write(
      Extremes.bits(using: &random), width: width, at: random.below(count - width + 1), bigEndian: random.isOne(in: 3))
  }

  /// Overwrites a field of a number.
  mutating func write(_ value: UInt64, width: Int, at offset: Int, bigEndian: Bool = false) {
    for index in 0..<width {
      let shift = UInt64(8 * (bigEndian ? width - 1 - index : index))
      self[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  /// Puts an extreme number in the place of one that is written in digits.
  private mutating func replaceNumber(using random: inout CaseRandom) {
    let start = random.below(count)
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    guard let first = self[start...].firstIndex(where: isDigit) ?? firstIndex(where: isDigit) else { return }
    let end = self[first...].firstIndex { !isDigit($0) } ?? count
    replaceSubrange(first..<end, with: Array(random.pick(Extremes.numbers).utf8))
  }
}
