/// The record at the end of a ZIP archive: where its directory lies, and how many members it names.
struct ZipEndRecord: Equatable {
  private static let signature: UInt32 = 0x0605_4B50
  private static let byteCount = 22
  private static let zip64Signature: UInt32 = 0x0606_4B50
  private static let locatorSignature: UInt32 = 0x0706_4B50
  private static let locatorByteCount = 20

  /// In bytes from the start of the archive.
  let directory: Range<Int>
  let memberCount: Int

  /// Where there is a zip64 record, that one counts.
  init(of file: UnsafeRawBufferPointer) throws(ArchiveProblem) {
    guard let position = Self.position(in: file) else { throw .noEndRecord }
    let locator = position - Self.locatorByteCount
    let fields =
      if locator >= 0, Self.integer(file, at: locator, UInt32.self) == Self.locatorSignature {
        try Self.zip64Fields(file, locator: locator)
      } else {
        try Self.fields(file, at: position)
      }
    guard let offset = Int(exactly: fields.offset), let size = Int(exactly: fields.size), offset <= fields.limit,
      size <= fields.limit - offset, let count = Int(exactly: fields.count)
    else { throw .badDirectory }
    directory = offset..<offset + size
    memberCount = count
  }

  /// What either record says, and where the directory must end at the latest.
  private typealias Fields = (count: UInt64, size: UInt64, offset: UInt64, limit: Int)

  /// The last place where the record can be: a comment of any length up to 65535 may follow it.
  private static func position(in file: UnsafeRawBufferPointer) -> Int? {
    var position = file.count - byteCount
    let first = max(0, position - Int(UInt16.max))
    while position >= first {
      if integer(file, at: position, UInt32.self) == signature,
        Int(integer(file, at: position + 20, UInt16.self)) == file.count - byteCount - position
      {
        return position
      }
      position -= 1
    }
    return nil
  }

  private static func fields(_ file: UnsafeRawBufferPointer, at position: Int) throws(ArchiveProblem) -> Fields {
    let disks = integer(file, at: position + 4, UInt32.self)
    let counts = (integer(file, at: position + 8, UInt16.self), integer(file, at: position + 10, UInt16.self))
    guard disks == 0, counts.0 == counts.1 else { throw .severalDisks }
    return (
      UInt64(counts.1), UInt64(integer(file, at: position + 12, UInt32.self)),
      UInt64(integer(file, at: position + 16, UInt32.self)), position
    )
  }

  private static func zip64Fields(_ file: UnsafeRawBufferPointer, locator: Int) throws(ArchiveProblem) -> Fields {
    guard integer(file, at: locator + 4, UInt32.self) == 0, integer(file, at: locator + 16, UInt32.self) <= 1 else {
      throw .severalDisks
    }
    guard let position = Int(exactly: integer(file, at: locator + 8, UInt64.self)), position <= locator,
      locator - position >= 56, integer(file, at: position, UInt32.self) == zip64Signature
    else { throw .badDirectory }
    let counts = (integer(file, at: position + 24, UInt64.self), integer(file, at: position + 32, UInt64.self))
    guard integer(file, at: position + 16, UInt64.self) == 0, counts.0 == counts.1 else { throw .severalDisks }
    return (
      counts.1, integer(file, at: position + 40, UInt64.self), integer(file, at: position + 48, UInt64.self), position
    )
  }

  private static func integer<Value: FixedWidthInteger & BitwiseCopyable>(
    _ file: UnsafeRawBufferPointer, at position: Int, _ type: Value.Type
  ) -> Value {
    Value(littleEndian: file.loadUnaligned(fromByteOffset: position, as: type))
  }
}
