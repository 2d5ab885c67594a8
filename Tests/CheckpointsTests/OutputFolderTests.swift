import Foundation
import Testing

@testable import Checkpoints

@Suite struct OutputFolderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private var path: String { "\(scratch.path)/merged" }

  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(scratch.path)/\(file)", encoding: .utf8)
  }

  @Test func theFolderAppearsWhenItIsPublished() throws {
    let folder = try OutputFolder(at: path, overwrite: false)
    try folder.write(Data("r".utf8), as: "report.json")
    try folder.write(Data("h".utf8), as: "heads/alpha.safetensors")
    try Data("w".utf8).write(to: URL(fileURLWithPath: try folder.path(of: "model.safetensors")))
    #expect(try scratch.names() == [".merged.unfinished-\(getpid())"])
    try folder.publish()
    #expect(try scratch.names() == ["merged"])
    #expect(try scratch.names(in: "merged") == ["heads", "model.safetensors", "report.json"])
    #expect(try text("merged/heads/alpha.safetensors") == "h")
    try folder.discard()
    #expect(try scratch.names() == ["merged"])
  }

  @Test func slashesAtTheEndDoNotCount() throws {
    let folder = try OutputFolder(at: path + "//", overwrite: false)
    try folder.publish()
    #expect(try scratch.names() == ["merged"])
  }

  @Test func givenUpOrForgottenItLeavesNothing() throws {
    let folder = try OutputFolder(at: path, overwrite: false)
    try folder.write(Data("h".utf8), as: "heads/alpha.safetensors")
    try folder.discard()
    #expect(try scratch.names() == [])
    do {
      let forgotten = try OutputFolder(at: path, overwrite: false)
      try forgotten.write(Data("h".utf8), as: "a/b/c")
    }
    #expect(try scratch.names() == [])
  }

  @Test func whatExistsIsRefused() throws {
    _ = try scratch.write("old", as: "merged/report.json")
    #expect(throws: CheckpointError.outputExists(path: path)) { try OutputFolder(at: path, overwrite: false) }
    _ = try scratch.write("old", as: "file")
    let file = "\(scratch.path)/file"
    #expect(throws: CheckpointError.outputExists(path: file)) { try OutputFolder.check(file, overwrite: false) }
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/dangling", withDestinationPath: "\(scratch.path)/nowhere")
    let link = "\(scratch.path)/dangling"
    #expect(throws: CheckpointError.outputExists(path: link)) { try OutputFolder.check(link, overwrite: false) }
    #expect(try scratch.names() == ["dangling", "file", "merged"])
  }

  @Test func whatAppearsMeanwhileIsRefusedToo() throws {
    let folder = try OutputFolder(at: path, overwrite: false)
    _ = try scratch.write("other", as: "merged/report.json")
    #expect(throws: CheckpointError.outputExists(path: path)) { try folder.publish() }
    #expect(try text("merged/report.json") == "other")
    try folder.discard()
    #expect(try scratch.names() == ["merged"])
  }

  @Test func anEarlierOutputIsReplacedOnRequest() throws {
    _ = try scratch.write("old", as: "merged/report.json")
    _ = try scratch.write("old", as: "merged/heads/old.safetensors")
    let folder = try OutputFolder(at: path, overwrite: true)
    try folder.write(Data("new".utf8), as: "report.json")
    #expect(try text("merged/report.json") == "old")
    try folder.publish()
    #expect(try scratch.names() == ["merged"])
    #expect(try scratch.names(in: "merged") == ["report.json"])
    #expect(try text("merged/report.json") == "new")
  }

  @Test func onlyWhatLooksLikeAnOutputIsReplaced() throws {
    for file in ["thesis.txt", "model.safetensors", "model.safetensors.index.json", "config.json"] {
      _ = try scratch.write("mine", as: "merged/\(file)")
      #expect(throws: CheckpointError.self) { try OutputFolder(at: path, overwrite: true) }
    }
    _ = try scratch.write("mine", as: "file")
    #expect(throws: CheckpointError.self) { try OutputFolder(at: "\(scratch.path)/file", overwrite: true) }
    _ = try scratch.write("old", as: "real/report.json")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/link", withDestinationPath: "\(scratch.path)/real")
    #expect(throws: CheckpointError.self) { try OutputFolder(at: "\(scratch.path)/link", overwrite: true) }
    for odd in [".", "..", "\(scratch.path)/..", "/", ""] {
      #expect(throws: CheckpointError.self) { try OutputFolder.check(odd, overwrite: true) }
    }
    #expect(try scratch.names() == ["file", "link", "merged", "real"])
  }

  @Test func whatIsMergedIsNotReplaced() throws {
    let root = scratch.path
    let weights = try scratch.write("w", as: "models/alpha/model.safetensors")
    let head = try scratch.write("h", as: "heads/alpha.safetensors")
    for (name, target) in [("link", "models/alpha"), ("models/far", "../heads")] {
      try FileManager.default.createSymbolicLink(atPath: "\(root)/\(name)", withDestinationPath: target)
    }
    let far = "\(root)/models/far/alpha.safetensors"
    func problem(_ path: String, _ inputs: String...) -> CheckpointError? {
      do throws(CheckpointError) { try OutputFolder.check(path, apartFrom: inputs) } catch { return error }
      return nil
    }
    func error(_ path: String, _ relation: String, _ input: String) -> CheckpointError {
      .outputIsInput(path: path, reason: "it \(relation) \(input), which is an input")
    }

    for path in ["\(root)/models/alpha", "\(root)/models/alpha/", "\(root)/heads/../models/alpha", "\(root)/link"] {
      #expect(problem(path, head, "\(root)/models/alpha") == error(path, "is", "\(root)/models/alpha"))
      #expect(problem(path, weights) == error(path, "holds", weights))
      let within = path + "/merged"
      #expect(problem(within, "\(root)/models/alpha") == error(within, "would lie in", "\(root)/models/alpha"))
      #expect(problem(within, weights, head) == nil)
    }
    #expect(problem("\(root)/models/alpha/../new", "\(root)/models/alpha") == nil)
    // A link in a folder goes with the folder, and so does what a link leads to.
    #expect(problem("\(root)/models", far) == error("\(root)/models", "holds", far))
    #expect(problem("\(root)/heads", far) == error("\(root)/heads", "holds", far))
    #expect(problem(root, weights) == error(root, "holds", weights))
    #expect(problem("\(root)/models", weights) == error("\(root)/models", "holds", weights))

    for path in ["\(root)/models/alphabet", "\(root)/heads/new", "\(root)/missing/new", "new"] {
      #expect(problem(path, weights, head, "\(root)/models/alpha", "\(root)/nothing") == nil)
    }
  }

  @Test func anEmptyFolderMayBeReplaced() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try OutputFolder.check(path, overwrite: true)
    _ = try scratch.write("", as: "merged/folder/x")
    #expect(throws: CheckpointError.self) { try OutputFolder.check(path, overwrite: true) }
  }

  @Test func theOldFolderComesBackWhereTheNewOneCannotBePublished() throws {
    _ = try scratch.write("old", as: "merged/report.json")
    let folder = try OutputFolder(at: path, overwrite: true)
    try FileManager.default.removeItem(atPath: folder.temporaryPath)
    let error = CheckpointError.system(path: folder.temporaryPath, attempt: "rename it to \(path)", code: ENOENT)
    #expect(throws: error) { try folder.takePlace() }
    #expect(try text("merged/report.json") == "old")
    #expect(try scratch.names() == ["merged"])
  }

  @Test func theParentMustBeThere() throws {
    let orphan = "\(scratch.path)/missing/merged"
    #expect(throws: CheckpointError.outputParentMissing(path: orphan, parent: "\(scratch.path)/missing")) {
      try OutputFolder.check(orphan, overwrite: false)
    }
    let file = try scratch.write("", as: "file")
    #expect(throws: CheckpointError.outputParentMissing(path: "\(file)/merged", parent: file)) {
      try OutputFolder.check("\(file)/merged", overwrite: false)
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
  func theParentMustBeWritable() throws {
    try #require(chmod(scratch.path, 0o500) == 0)
    defer { chmod(scratch.path, 0o700) }
    #expect(throws: CheckpointError.outputParentNotWritable(path: path, parent: scratch.path)) {
      try OutputFolder.check(path, overwrite: false)
    }
  }

  @Test(arguments: ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".", "./a", "a\u{0}b"])
  func namesOutsideTheFolderAreRefused(name: String) throws {
    let folder = try OutputFolder(at: path, overwrite: false)
    #expect(throws: CheckpointError.nameOutsideFolder(path: path, name: name)) {
      try folder.write(Data(), as: name)
    }
  }

  @Test func leftoversOfADeadProcessAreNotTouched() throws {
    _ = try scratch.write("", as: ".merged.unfinished-\(getpid())/left")
    let folder = try OutputFolder(at: path, overwrite: false)
    #expect(folder.temporaryPath == "\(scratch.path)/.merged.unfinished-\(getpid())-2")
    try folder.publish()
    #expect(try scratch.names() == [".merged.unfinished-\(getpid())", "merged"])
  }
}
