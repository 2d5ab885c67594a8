import Testing

@testable import Checkpoints

@Suite struct ZipArchiveTests {
  /// Local header 0..<30, name 30..<33, data 33..<36; directory 36..<85; end record 85..<107.
  private let one = archiveBytes([("a/b", [1, 2, 3])])

  private func parse(_ bytes: [UInt8]) throws -> ZipArchive {
    try bytes.withUnsafeBytes { try ZipArchive(parsing: $0) }
  }

  /// The error of the archive `one`, or another, with some bytes replaced.
  private func expect(
    _ problem: ArchiveProblem, of bytes: [UInt8]? = nil, at offset: Int, _ replacement: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var bytes = bytes ?? one
    bytes.replaceSubrange(offset..<offset + replacement.count, with: replacement)
    #expect(throws: problem, sourceLocation: sourceLocation) { try parse(bytes) }
  }

  @Test func membersAreWhereTheirHeadersSay() throws {
    #expect(one.count == 107)
    let archive = try parse(one)
    #expect(archive.members == [ZipArchive.Member(name: "a/b", data: 33..<36, isCompressed: false)])
    #expect(archive["a/b"] == 33..<36 && archive["a"] == nil)
    for zip64 in [false, true] {
      let bytes = archiveBytes([("x", [7]), ("é", []), ("z", [8, 9])], zip64: zip64)
      let archive = try parse(bytes)
      #expect(archive.members.map(\.name) == ["x", "é", "z"])
      #expect(archive.members.map { Array(bytes[$0.data]) } == [[7], [], [8, 9]])
    }
    #expect(try parse(archiveBytes([])).members.isEmpty)
  }

  @Test func aCommentMayFollow() throws {
    var bytes = one + Array("comment".utf8)
    bytes[105] = 7
    #expect(try parse(bytes)["a/b"] == 33..<36)
    #expect(throws: ArchiveProblem.noEndRecord) { try parse(bytes + [0]) }
  }

  @Test func compressedMembersAreMarked() throws {
    var bytes = one
    bytes[8] = 8
    bytes[46] = 8
    bytes[60] = 9
    #expect(try parse(bytes).members == [ZipArchive.Member(name: "a/b", data: 33..<36, isCompressed: true)])
    expect(.badHeader("a/b"), at: 46, [8])
  }

  /// Comparing such names would take seconds for each.
  @Test func namesUnderAHeapOfAccentsAreRefused() {
    let marks = String(repeating: "\u{301}\u{323}", count: 16_000)
    #expect(throws: ArchiveProblem.nameStacked) { try parse(archiveBytes([("e" + marks, [])])) }
  }

  @Test func theEndRecordMustFit() {
    #expect(throws: ArchiveProblem.noEndRecord) { try parse([]) }
    #expect(throws: ArchiveProblem.noEndRecord) { try parse(Array(one.dropLast())) }
    expect(.severalDisks, at: 89, [1])
    expect(.severalDisks, at: 93, [2])
    expect(.badDirectory, at: 101, [37])
    expect(.badDirectory, at: 97, [48])
    expect(.badDirectory, at: 97, [50])
    expect(.badDirectory, at: 93, [2, 0, 2, 0])
    expect(.badDirectory, at: 93, [0, 0, 0, 0])
    expect(.badDirectory, at: 97, [0xFF, 0xFF, 0xFF, 0xFF])
  }

  @Test func theZip64RecordMustFit() {
    // As above, but the directory 36..<113, its record 113..<169, the locator 169..<189.
    let wide = archiveBytes([("a/b", [1, 2, 3])], zip64: true)
    #expect(throws: Never.self) { try parse(wide) }
    expect(.severalDisks, of: wide, at: 173, [1])
    expect(.severalDisks, of: wide, at: 185, [2])
    expect(.badDirectory, of: wide, at: 177, [114])
    expect(.badDirectory, of: wide, at: 177, [255, 255, 255, 255, 255, 255, 255, 255])
    expect(.badDirectory, of: wide, at: 113, [0])
    expect(.severalDisks, of: wide, at: 129, [1])
    expect(.severalDisks, of: wide, at: 137, [2])
    expect(.badDirectory, of: wide, at: 153, [255, 255, 255, 255, 255, 255, 255, 255])
    expect(.badDirectory, of: wide, at: 161, [255, 255, 255, 255, 255, 255, 255, 127])
    // The member's own field: another number, shorter, and with a size that is no Int.
    expect(.badDirectory, of: wide, at: 85, [2])
    expect(.badDirectory, of: wide, at: 87, [16])
    expect(.badDirectory, of: wide, at: 89, [255, 255, 255, 255, 255, 255, 255, 255])
    expect(.badHeader("a/b"), of: wide, at: 105, [255, 255, 255, 255, 255, 255, 255, 127])
    expect(.outside("a/b"), of: wide, at: 89, [4, 0, 0, 0, 0, 0, 0, 0, 4])
  }

  @Test func entriesAndHeadersMustFit() {
    expect(.badDirectory, at: 36, [0])
    expect(.encrypted("a/b"), at: 44, [1])
    expect(.badDirectory, at: 56, [4])
    expect(.nameNotUTF8, at: 82, [0xFF])
    expect(.severalDisks, at: 70, [1])
    expect(.badDirectory, at: 64, [4])
    expect(.badDirectory, at: 66, [1])
    expect(.badHeader("a/b"), at: 78, [1])
    expect(.badHeader("a/b"), at: 78, [255, 255, 255, 0])
    expect(.badHeader("a/b"), at: 0, [0])
    expect(.badHeader("a/b"), at: 26, [2])
    expect(.badHeader("a/b"), at: 28, [4])
    expect(.badHeader("a/b"), at: 30, [0x41])
    expect(.outside("a/b"), at: 28, [1])
    expect(.outside("a/b"), at: 56, [4, 0, 0, 0, 4])
  }

  @Test func membersAreApart() {
    #expect(throws: ArchiveProblem.duplicateMember("a")) { try parse(archiveBytes([("a", [1]), ("a", [2])])) }
    // The directory of two members of 31 + 1 bytes begins at 64, and the first entry's sizes at 84.
    expect(
      .overlap("b", other: "a"), of: archiveBytes([("a", [1]), ("b", [2])]), at: 84, [2, 0, 0, 0, 2])
    // Both entries place the same header, which names only one of them.
    expect(.badHeader("b"), of: archiveBytes([("a", [1]), ("b", [2])]), at: 64 + 47 + 42, [0])
  }

  @Test func everyArchiveThatIsCutOffIsRefused() {
    for bytes in [one, archiveBytes([("a/b", [1, 2, 3])], zip64: true)] {
      for count in 0..<bytes.count {
        #expect(throws: ArchiveProblem.self) { try parse(Array(bytes[..<count])) }
      }
    }
  }
}
