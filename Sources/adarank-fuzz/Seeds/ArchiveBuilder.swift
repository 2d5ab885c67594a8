/// A ZIP archive of stored members, and where the numbers in its headers are.
///
/// For each member there is a local header and its data, then the directory and the end record.
struct ArchiveBuilder {
  struct Member {
    var name: String
    var data: [UInt8]
  }

  private(set) var bytes: [UInt8] = []
  /// Where each number begins, and how many bytes it has.
  private(set) var fields: [(offset: Int, width: Int)] = []

  /// - Parameter zip64: whether sizes and offsets stand in zip64 fields.
  init(_ members: [Member], zip64: Bool = false) {
    var offsets: [Int] = []
    for member in members {
      offsets.append(bytes.count)
      add(header: 0x0403_4B50, widths: [2, 2, 2, 2, 2, 4], [0, 0, 0, 0, 0, 0])
      addSizes(member, zip64: zip64)
      add([2, 2], [member.name.utf8.count, 0])
      bytes += member.name.utf8
      bytes += member.data
    }
    let start = bytes.count
    for (member, offset) in zip(members, offsets) {
      add(header: 0x0201_4B50, widths: [2, 2, 2, 2, 2, 2, 4], [0, 0, 0, 0, 0, 0, 0])
      addSizes(member, zip64: zip64)
      add([2, 2, 2, 2, 2, 4], [member.name.utf8.count, zip64 ? 28 : 0, 0, 0, 0, 0])
      add([4], [zip64 ? 0xFFFF_FFFF : offset])
      bytes += member.name.utf8
      if zip64 { add([2, 2, 8, 8, 8], [1, 24, member.data.count, member.data.count, offset]) }
    }
    let size = bytes.count - start
    if zip64 {
      let end = bytes.count
      add(
        header: 0x0606_4B50, widths: [8, 4, 4, 4, 8, 8, 8, 8], [44, 0, 0, 0, members.count, members.count, size, start])
      add(header: 0x0706_4B50, widths: [4, 8, 4], [0, end, 1])
      add(header: 0x0605_4B50, widths: [2, 2, 2, 2, 4, 4, 2], [0, 0, 0xFFFF, 0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF, 0])
    } else {
      add(
        header: 0x0605_4B50, widths: [2, 2, 2, 2, 4, 4, 2], [0, 0, members.count, members.count, size, start, 0])
    }
  }

  private mutating func addSizes(_ member: Member, zip64: Bool) {
    let size = zip64 ? 0xFFFF_FFFF : member.data.count
    add([4, 4], [size, size])
  }

  private mutating func add(header signature: Int, widths: [Int], _ values: [Int]) {
    add([4] + widths, [signature] + values)
  }

  private mutating func add(_ widths: [Int], _ values: [Int]) {
    for (width, value) in zip(widths, values) {
      fields.append((bytes.count, width))
      bytes += [UInt8](repeating: 0, count: width)
      bytes.write(UInt64(value), width: width, at: bytes.count - width)
    }
  }

  /// The members of an archive that was made here, with what else it is made of; nil of any other file.
  static func members(of bytes: [UInt8]) -> (members: [Member], zip64: Bool)? {
    func number(_ offset: Int, _ width: Int) -> Int? {
      guard offset >= 0, offset + width <= bytes.count else { return nil }
      return Int(exactly: bytes[offset..<offset + width].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }
    let zip64 = number(bytes.count - 42, 4) == 0x0706_4B50
    let directory = zip64 ? number(bytes.count - 50, 8) : number(bytes.count - 6, 4)
    let end = bytes.count - (zip64 ? 98 : 22)
    guard var place = directory else { return nil }
    var members: [Member] = []
    while place < end {
      guard number(place, 4) == 0x0201_4B50, let length = number(place + 28, 2), let extra = number(place + 30, 2),
        let size = zip64 ? number(place + 46 + length + 4, 8) : number(place + 24, 4),
        let offset = zip64 ? number(place + 46 + length + 20, 8) : number(place + 42, 4)
      else { return nil }
      let start = offset + 30 + length
      guard start >= 0, size >= 0, start <= bytes.count, size <= bytes.count - start, place + 46 + length <= end else {
        return nil
      }
      let name = String(decoding: bytes[place + 46..<place + 46 + length], as: UTF8.self)
      members.append(Member(name: name, data: Array(bytes[start..<start + size])))
      place += 46 + length + extra
    }
    return (members, zip64)
  }
}
