/// Changes of files that have something in each line.
enum LineMutation {
  /// Changes fields and lines.
  ///
  /// - Parameter separator: of the fields.
  static func apply(to bytes: inout [UInt8], separator: UInt8, using random: inout CaseRandom) {
    change(&bytes, using: &random) { line, random in
      var fields = line.split(separator: separator, omittingEmptySubsequences: false).map { Array($0) }
      let index = random.below(fields.count)
      switch random.below(6) {
      case 0: fields.remove(at: index)
      case 1: fields.insert(fields[index], at: index)
      case 2: fields.swapAt(index, random.below(fields.count))
      case 3: fields[index] = Array(random.pick(Extremes.numbers).utf8)
      case 4: fields += repeatElement([], count: 1 << random.below(14))
      default: fields[index] = Array(Extremes.text(using: &random).utf8)
      }
      line = Array(fields.joined(separator: [separator]))
    }
  }

  /// Changes the JSON text of a line, or lines.
  static func apply(toJSONLines bytes: inout [UInt8], using random: inout CaseRandom) {
    change(&bytes, using: &random) { line, random in JSONMutation.apply(to: &line, using: &random) }
  }

  private static func change(
    _ bytes: inout [UInt8], using random: inout CaseRandom, _ changeLine: (inout [UInt8], inout CaseRandom) -> Void
  ) {
    let end = UInt8(ascii: "\n")
    var lines = bytes.split(separator: end, omittingEmptySubsequences: false).map { Array($0) }
    for _ in 0...random.below(3) {
      let index = random.below(lines.count)
      switch random.below(16) {
      case 0: lines.remove(at: index)
      case 1: lines.insert(lines[index], at: random.below(lines.count + 1))
      case 2: lines.swapAt(index, random.below(lines.count))
      case 3: lines[index].append(UInt8(ascii: "\r"))
      case 4: lines[index] = []
      case 5: lines[0] = [0xEF, 0xBB, 0xBF] + lines[0]
      case 6 where lines[index].count < 256:
        lines.insert(contentsOf: repeatElement(lines[index], count: 1 << random.below(12)), at: index)
      default: changeLine(&lines[index], &random)
      }
      if lines.isEmpty { lines = [[]] }
    }
    bytes = Array(lines.joined(separator: [end]))
  }
}
