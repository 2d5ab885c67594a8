/// What the directory of a ZIP archive says of one member.
struct ZipDirectoryEntry {
  private static let signature: UInt32 = 0x0201_4B50
  private static let headerSignature: UInt32 = 0x0403_4B50
  private static let zip64Field: UInt16 = 1

  let name: String
  /// Where its local header begins, in bytes from the start of the archive.
  let header: Int
  /// Whether its data are not stored as they are.
  let isCompressed: Bool
  /// How many bytes of the archive its data take.
  private let byteCount: Int
  private let method: UInt16

  /// Reads the entry at `cursor`, which ends with the directory.
  init(_ cursor: inout ByteCursor) throws(ArchiveProblem) {
    guard cursor.integer(UInt32.self) == Self.signature, cursor.skip(4) != nil,
      let flags = cursor.integer(UInt16.self), let method = cursor.integer(UInt16.self), cursor.skip(8) != nil,
      let stored = cursor.integer(UInt32.self), let size = cursor.integer(UInt32.self),
      let nameLength = cursor.integer(UInt16.self), let extraLength = cursor.integer(UInt16.self),
      let commentLength = cursor.integer(UInt16.self), let disk = cursor.integer(UInt16.self),
      cursor.skip(6) != nil, let offset = cursor.integer(UInt32.self), let nameRange = cursor.skip(Int(nameLength)),
      let extra = cursor.skip(Int(extraLength)), cursor.skip(Int(commentLength)) != nil
    else { throw .badDirectory }
    let nameBytes = UnsafeRawBufferPointer(rebasing: cursor.bytes[nameRange])
    guard let name = String(validating: nameBytes, as: UTF8.self) else { throw .nameNotUTF8 }
    guard StackedMarks.firstExcess(in: nameBytes) == nil else { throw .nameStacked }
    guard flags & 1 == 0 else { throw .encrypted(name) }

    // The zip64 field holds those of the three, in this order, that do not fit 32 bits.
    var wide = Self.zip64(in: UnsafeRawBufferPointer(rebasing: cursor.bytes[extra]))
    var values: [Int] = []
    for narrow in [size, stored, offset] {
      guard let value = narrow == .max ? wide?.integer(UInt64.self) : UInt64(narrow),
        let value = Int(exactly: value)
      else { throw .badDirectory }
      values.append(value)
    }
    guard disk == 0 || disk == .max else { throw .severalDisks }
    guard method != 0 || values[0] == values[1] else { throw .badDirectory }
    self.name = name
    self.method = method
    isCompressed = method != 0
    (byteCount, header) = (values[1], values[2])
  }

  /// The zip64 field among the extra fields, each of which is a number, a length and that many bytes.
  private static func zip64(in extra: UnsafeRawBufferPointer) -> ByteCursor? {
    var cursor = ByteCursor(extra)
    while let field = cursor.integer(UInt16.self), let length = cursor.integer(UInt16.self),
      let range = cursor.skip(Int(length))
    {
      if field == zip64Field { return ByteCursor(UnsafeRawBufferPointer(rebasing: extra[range])) }
    }
    return nil
  }

  /// Where the member's data lie, which its local header says by its own length.
  ///
  /// - Parameter file: the archive up to its directory.
  func data(in file: UnsafeRawBufferPointer) throws(ArchiveProblem) -> Range<Int> {
    var cursor = ByteCursor(file, at: header)
    guard cursor.integer(UInt32.self) == Self.headerSignature, cursor.skip(4) != nil,
      cursor.integer(UInt16.self) == method, cursor.skip(16) != nil, let nameLength = cursor.integer(UInt16.self),
      let extraLength = cursor.integer(UInt16.self), let nameRange = cursor.skip(Int(nameLength)),
      file[nameRange].elementsEqual(name.utf8), cursor.skip(Int(extraLength)) != nil
    else { throw .badHeader(name) }
    guard let data = cursor.skip(byteCount) else { throw .outside(name) }
    return data
  }
}
