import Glibc
import Testing

@testable import Checkpoints

@Suite struct MappedFileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func theBytesAreTheFile() throws {
    let file = try MappedFile(path: try scratch.write([1, 2, 3], as: "f"))
    #expect(file.count == 3)
    #expect(file.withBytes { Array($0) } == [1, 2, 3])
  }

  @Test func anEmptyFileHasNoBytes() throws {
    let file = try MappedFile(path: try scratch.write([], as: "f"))
    #expect(file.count == 0)
    #expect(file.withBytes { $0.count } == 0)
  }

  @Test func whatIsNoReadableFileIsNamed() {
    let missing = "\(scratch.path)/missing"
    #expect(throws: CheckpointError.system(path: missing, attempt: "open it", code: ENOENT)) {
      try MappedFile(path: missing)
    }
    #expect(throws: CheckpointError.notARegularFile(path: scratch.path)) { try MappedFile(path: scratch.path) }
  }

  @Test func aNamedPipeDoesNotBlock() throws {
    let pipe = "\(scratch.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    #expect(throws: CheckpointError.notARegularFile(path: pipe)) { try MappedFile(path: pipe) }
  }

  @Test func descriptorsAreClosed() throws {
    let path = try scratch.write([1], as: "f")
    let files = try (0..<3000).map { _ in try MappedFile(path: path) }
    #expect(files.allSatisfy { $0.count == 1 })
  }
}
