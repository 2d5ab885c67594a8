import Foundation
import Glibc
import Testing

@testable import Checkpoints

@Suite struct FolderContentsTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func bytesOfAFile() throws {
    _ = try scratch.write([1, 2], as: "f")
    let contents = try FolderContents(path: scratch.path)
    #expect(try contents.bytes(of: "f") == [1, 2])
    #expect(try contents.bytes(of: "g") == nil)
    #expect(contents.holds("f") && !contents.holds("g"))
  }

  @Test func whatIsNoRegularFileIsNotAbsent() throws {
    try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/link", withDestinationPath: "nothing")
    try #require(mkfifo("\(scratch.path)/pipe", 0o600) == 0)
    try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/device", withDestinationPath: "/dev/zero")
    let contents = try FolderContents(path: scratch.path)
    #expect(throws: CheckpointError.system(path: "\(scratch.path)/link", attempt: "open it", code: ENOENT)) {
      try contents.bytes(of: "link")
    }
    for name in ["pipe", "device"] {
      #expect(throws: CheckpointError.notARegularFile(path: "\(scratch.path)/\(name)")) { try contents.bytes(of: name) }
      #expect(!contents.holds(name))
    }
  }

  @Test func largeFilesAreNotReadWhole() throws {
    let path = try scratch.write([], as: "f")
    try #require(truncate(path, FolderContents.maximumCompanionSize + 1) == 0)
    #expect(throws: CheckpointError.system(path: path, attempt: "read it", code: EFBIG)) {
      try FolderContents(path: scratch.path).bytes(of: "f")
    }
    try #require(truncate(path, FolderContents.maximumCompanionSize) == 0)
    #expect(try FolderContents(path: scratch.path).bytes(of: "f")?.count == FolderContents.maximumCompanionSize)
  }
}
