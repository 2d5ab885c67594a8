import Foundation
import Glibc
import Testing

@testable import Checkpoints

@Suite struct FileStampTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func whatIsWrittenToHasAnotherStamp() throws {
    let path = "\(folder.path)/file"
    #expect(FileStamp(of: path) == nil)
    try Data([1, 2]).write(to: URL(fileURLWithPath: path))
    let first = try #require(FileStamp(of: path))
    _ = FileManager.default.contents(atPath: path)
    #expect(FileStamp(of: path) == first)

    // As many bytes, written in place.
    usleep(20_000)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.write(contentsOf: Data([3, 4]))
    try handle.close()
    let second = try #require(FileStamp(of: path))
    #expect(second != first)

    // Another file under its name, with the same time.
    let other = "\(folder.path)/other"
    try Data([3, 4]).write(to: URL(fileURLWithPath: other))
    var status = stat()
    try #require(stat(path, &status) == 0)
    let times = [status.st_mtim, status.st_mtim]
    try #require(utimensat(AT_FDCWD, other, times, 0) == 0)
    try #require(rename(other, path) == 0)
    #expect(FileStamp(of: path) != second)
  }
}
