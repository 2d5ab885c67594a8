import Foundation
import Testing

@testable import Checkpoints

@Suite struct FileDigestTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func write(_ data: Data, as name: String) throws -> String {
    let path = "\(scratch.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }

  /// A report may name anything as a file that it was made from.
  @Test func whatHasNoEndIsRefused() {
    #expect(throws: CheckpointError.notARegularFile(path: "/dev/zero")) { try FileDigest(of: "/dev/zero") }
  }

  /// The values that FIPS 180-4's examples give.
  @Test func aFilesDigestIsItsSHA256() throws {
    let abc = try FileDigest(of: write(Data("abc".utf8), as: "abc"))
    #expect(abc.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(abc.bytes == 3)
    let none = try FileDigest(of: write(Data(), as: "none"))
    #expect(none.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    // More than one piece is read.
    let million = try FileDigest(of: write(Data(repeating: UInt8(ascii: "a"), count: 10_000_000), as: "a"))
    #expect(million.sha256 == "01f4a87c04b40af59aadc0e812293509709c9a8763a60b7f9e19303322f8b03c")
    #expect(million.bytes == 10_000_000)
  }

  @Test func aFoldersDigestHangsOnNamesAndContents() throws {
    _ = try write(Data("1".utf8), as: "folder/a/x")
    _ = try write(Data("22".utf8), as: "folder/b/y")
    let folder = "\(scratch.path)/folder"
    let first = try FileDigest(of: folder)
    #expect(first.bytes == 3)
    #expect(try FileDigest(of: folder) == first)
    _ = try write(Data("hidden".utf8), as: "folder/.note")
    #expect(try FileDigest(of: folder) == first)
    _ = try write(Data("23".utf8), as: "folder/b/y")
    #expect(try FileDigest(of: folder) != first)
    _ = try write(Data("22".utf8), as: "folder/b/y")
    #expect(try FileDigest(of: folder) == first)
    rename("\(folder)/b/y", "\(folder)/b/z")
    #expect(try FileDigest(of: folder) != first)
  }

  @Test func whatCannotBeReadIsAnError() {
    #expect(throws: CheckpointError.system(path: "/nowhere", attempt: "find it", code: ENOENT)) {
      try FileDigest(of: "/nowhere")
    }
  }
}
