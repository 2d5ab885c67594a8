import Foundation
import Testing

@testable import Pictures

@Suite struct PictureFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  /// A file of that many bytes, all zero, which takes no place on the disk.
  private func sparse(_ byteCount: Int, as name: String) throws -> String {
    let file = try scratch.write([], as: name)
    try #require(truncate(file, off_t(byteCount)) == 0)
    return file
  }

  @Test func theBeginningAndTheWholeAreRead() throws {
    let path = try scratch.write([1, 2, 3], as: "f")
    let file = try PictureFile.open(path)
    #expect(file.count == 3)
    #expect(try file.prefix(2) == [1, 2])
    #expect(try file.prefix(9) == [1, 2, 3])
    #expect(try file.bytes() == [1, 2, 3])
  }

  @Test func theBytesAreLimited() throws {
    let path = try sparse(1 << 30 + 1, as: "large")
    let error = PictureError.tooManyBytes(path: path, byteCount: 1 << 30 + 1)
    #expect(throws: error) { _ = try PictureFile.open(path) }
    #expect(throws: error) { try PictureHeader(readingHeaderOf: path) }
    #expect(throws: error) { try Picture(contentsOf: path) }
    let largest = try PictureFile.open(try sparse(1 << 30, as: "largest"))
    #expect(largest.count == 1 << 30)
  }

  @Test func whatIsRefusedIsClosedAgain() throws {
    func openCount() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    let large = try sparse(1 << 30 + 1, as: "large")
    let before = try openCount()
    for _ in 0..<200 {
      #expect(throws: PictureError.self) { _ = try PictureFile.open(scratch.path) }
      #expect(throws: PictureError.self) { _ = try PictureFile.open(large) }
      #expect(throws: PictureError.self) { _ = try PictureFile.open("\(scratch.path)/missing") }
    }
    // Other tests open and close files meanwhile.
    #expect(try openCount() < before + 100)
  }
}
