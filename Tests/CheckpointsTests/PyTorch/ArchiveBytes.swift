/// The bytes of a ZIP archive of stored members: for each a local header and its data, then the directory and the end
/// record.
///
/// - Parameters:
///   - zip64: whether all sizes and offsets stand in zip64 fields.
///   - gap: how many bytes the file has before these.
func archiveBytes(_ members: [(name: String, data: [UInt8])], zip64: Bool = false, behind gap: Int = 0) -> [UInt8] {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  for (name, data) in members {
    let offset = UInt64(gap + bytes.count)
    let size = UInt64(data.count)
    let extra = zip64 ? [1, 0, 24, 0] + little(size) + little(size) + little(offset) : []
    let length = little(UInt16(name.utf8.count))
    let sizes = zip64 ? [UInt8](repeating: 0xFF, count: 8) : little(UInt32(size)) + little(UInt32(size))
    bytes += [0x50, 0x4B, 3, 4] + zeros(14) + sizes + length + [0, 0] + Array(name.utf8) + data
    directory += [0x50, 0x4B, 1, 2] + zeros(16) + sizes + length + little(UInt16(extra.count)) + zeros(10)
    directory += (zip64 ? [0xFF, 0xFF, 0xFF, 0xFF] : little(UInt32(offset))) + Array(name.utf8) + extra
  }
  let (start, count) = (gap + bytes.count, members.count)
  bytes += directory
  if zip64 {
    let end = UInt64(gap + bytes.count)
    bytes += [0x50, 0x4B, 6, 6] + little(44 as UInt64) + zeros(12) + little(UInt64(count)) + little(UInt64(count))
    bytes += little(UInt64(directory.count)) + little(UInt64(start))
    bytes += [0x50, 0x4B, 6, 7] + zeros(4) + little(end) + little(1 as UInt32)
    return bytes + [0x50, 0x4B, 5, 6] + zeros(4) + [UInt8](repeating: 0xFF, count: 12) + zeros(2)
  }
  let counts = little(UInt16(count)) + little(UInt16(count))
  let place = little(UInt32(directory.count)) + little(UInt32(start))
  return bytes + [0x50, 0x4B, 5, 6] + zeros(4) + counts + place + zeros(2)
}

func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
