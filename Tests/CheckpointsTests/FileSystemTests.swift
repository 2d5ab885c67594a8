import Foundation
import Testing

@testable import Checkpoints

@Suite struct FileSystemTests {
  @Test(arguments: [
    ("a", ".", "a"), ("a/", ".", "a"), ("a/b", "a", "b"), ("a//b//", "a", "b"), ("/a", "/", "a"), ("//a", "/", "a"),
    ("/a/b", "/a", "b"), ("../a", "..", "a"), ("/", ".", ""), ("", ".", ""), ("..", ".", ".."),
  ])
  func pathsAreSplit(path: String, folder: String, name: String) {
    #expect(split(path) == (folder, name))
  }

  @Test func treesAreRemovedWithoutFollowingLinks() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write("keep", as: "keep/file")
    _ = try scratch.write("x", as: "tree/a/b/c")
    _ = try scratch.write("x", as: "tree/.hidden")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/tree/link", withDestinationPath: "\(scratch.path)/keep")
    try removeTree("\(scratch.path)/tree")
    #expect(try scratch.names() == ["keep"])
    #expect(try scratch.names(in: "keep") == ["file"])
    #expect(throws: CheckpointError.system(path: "\(scratch.path)/tree", attempt: "remove it", code: ENOENT)) {
      try removeTree("\(scratch.path)/tree")
    }
  }
}
