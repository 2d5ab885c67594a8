/// Changes of a checkpoint of PyTorch: of its pickle, of its archive's members, or of what the archive says of them.
enum CheckpointMutation {
  static func apply(to bytes: inout [UInt8], using random: inout CaseRandom) {
    guard var (members, zip64) = ArchiveBuilder.members(of: bytes), !members.isEmpty else {
      return bytes.mutate(others: [], using: &random)
    }
    switch random.below(8) {
    case 0, 1:
      let archive = ArchiveBuilder(members, zip64: zip64)
      bytes = archive.bytes
      for _ in 0...random.below(3) { changeField(of: archive, in: &bytes, using: &random) }
      return
    case 2:
      change(&members, using: &random)
    default:
      let index = members.firstIndex { $0.name.hasSuffix("data.pkl") } ?? 0
      PickleMutation.apply(to: &members[index].data, using: &random)
    }
    if random.isOne(in: 16) { zip64.toggle() }
    bytes = ArchiveBuilder(members, zip64: zip64).bytes
  }

  /// Puts an extreme number in the place of one of a header's, or one that is near it.
  private static func changeField(
    of archive: ArchiveBuilder, in bytes: inout [UInt8], using random: inout CaseRandom
  ) {
    let (offset, width) = random.pick(archive.fields)
    let old = bytes[offset..<offset + width].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let new = random.isOne(in: 2) ? Extremes.bits(using: &random) : old &+ UInt64(random.below(9)) &- 4
    bytes.write(new, width: width, at: offset)
  }

  private static func change(_ members: inout [ArchiveBuilder.Member], using random: inout CaseRandom) {
    let index = random.below(members.count)
    switch random.below(6) {
    case 0: if members.count > 1 { members.remove(at: index) }
    case 1: members.append(members[index])
    case 2: members[index].name = random.isOne(in: 2) ? random.pick(members).name : Extremes.text(using: &random)
    case 3: members[index].data.mutate(others: members.map(\.data), using: &random)
    case 4:
      let name = members[index].name
      members += (0..<1 << random.below(12)).map { ArchiveBuilder.Member(name: "\(name)\($0)", data: []) }
    default: members.swapAt(index, random.below(members.count))
    }
    // A name's length has two bytes.
    for index in members.indices where members[index].name.utf8.count > 0xFFFF { members[index].name = "x" }
  }
}
