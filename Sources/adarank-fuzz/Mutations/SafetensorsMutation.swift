/// Changes of a safetensors file, whose header mostly still is one.
enum SafetensorsMutation {
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    guard bytes.count >= 8 else { return bytes.mutate(others: [], using: &random) }
    let length = Int(bytes.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    guard length <= bytes.count - 8, var header = JSONTree(bytes[8..<8 + length]) else {
      return bytes.mutate(others: [], using: &random)
    }
    var data = Array(bytes[(8 + length)...])
    switch random.below(10) {
    case 0: data.removeLast(random.below(data.count + 1))
    case 1: data += repeatElement(0, count: 1 << random.below(8))
    case 2: shift(&header, using: &random)
    default: for _ in 0...random.below(3) { JSONMutation.change(&header, using: &random) }
    }
    if random.isOne(in: 8) { data.mutate(others: [], using: &random) }
    var text = Array(header.text.utf8)
    if random.isOne(in: 2) { text += repeatElement(UInt8(ascii: " "), count: -text.count & 7) }
    var claimed = UInt64(text.count)
    if random.isOne(in: 12) { claimed = Extremes.bits(using: &random) }
    bytes = [UInt8](repeating: 0, count: 8) + text + data
    bytes.write(claimed, width: 8, at: 0)
  }

  /// Moves the data of a tensor, or lets them overlap another's.
  private static func shift(_ header: inout JSONTree, using random: inout CaseRandom) {
    guard case .object(var members) = header, !members.isEmpty else { return }
    let index = random.below(members.count)
    guard case .object(var entry) = members[index].value,
      let place = entry.firstIndex(where: { $0.name == "data_offsets" }), case .array(var offsets) = entry[place].value
    else { return }
    let distance = random.pick([-8, -4, -1, 1, 2, 4, 8, Int.max, Int.min])
    offsets = offsets.map { offset in
      if case .raw(let text) = offset, let number = Int(text) { .raw("\(number &+ distance)") } else { offset }
    }
    entry[place].value = .array(offsets)
    members[index].value = .object(entry)
    header = .object(members)
  }
}
