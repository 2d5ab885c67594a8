/// What a ZIP archive holds, and where.
///
/// The directory at the end of the file names each member and places its local header, behind which the
/// member's data begin. Sizes and offsets of 4 GB and more stand in zip64 fields. Check sums are not compared:
/// PyTorch can be told not to compute them, and then writes other numbers in their place.
///
/// Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
struct ZipArchive: Equatable, Sendable {
  /// One file of the archive.
  struct Member: Equatable, Sendable {
    let name: String
    /// Where its data lie, in bytes from the start of the archive.
    let data: Range<Int>
    /// Whether these are not the data themselves but a compressed form.
    let isCompressed: Bool
  }

  /// In the order of the directory.
  let members: [Member]
  private let ranges: [String: Range<Int>]

  /// Where the data of a member lie; nil where there is none of that name.
  subscript(name: String) -> Range<Int>? { ranges[name] }

  /// The longest directory that is read, in bytes. A tensor takes about 80 of it.
  static let maximumDirectoryByteCount = 64 << 20

  /// Reads and checks the directory and all headers. Of data only the extent is looked at.
  init(parsing file: UnsafeRawBufferPointer) throws(ArchiveProblem) {
    let end = try ZipEndRecord(of: file)
    guard end.directory.count <= Self.maximumDirectoryByteCount else {
      throw .directoryTooLong(byteCount: end.directory.count)
    }
    let upToEnd = UnsafeRawBufferPointer(rebasing: file[..<end.directory.upperBound])
    let upToDirectory = UnsafeRawBufferPointer(rebasing: file[..<end.directory.lowerBound])
    var cursor = ByteCursor(upToEnd, at: end.directory.lowerBound)
    var members: [Member] = []
    var extents: [(header: Int, member: Member)] = []
    var ranges: [String: Range<Int>] = [:]
    for _ in 0..<end.memberCount {
      let entry = try ZipDirectoryEntry(&cursor)
      let data = try entry.data(in: upToDirectory)
      let member = Member(name: entry.name, data: data, isCompressed: entry.isCompressed)
      guard ranges.updateValue(data, forKey: entry.name) == nil else { throw .duplicateMember(entry.name) }
      members.append(member)
      extents.append((entry.header, member))
    }
    guard cursor.isAtEnd else { throw .badDirectory }
    extents.sort { $0.header < $1.header }
    for (previous, next) in zip(extents, extents.dropFirst()) where next.header < previous.member.data.upperBound {
      throw .overlap(next.member.name, other: previous.member.name)
    }
    self.members = members
    self.ranges = ranges
  }
}
