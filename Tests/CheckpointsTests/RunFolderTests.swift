import Foundation
import Testing

@testable import Checkpoints

@Suite struct RunFolderTests {
  let scratch: ScratchFolder
  private var out: String { "\(scratch.path)/merged" }

  init() throws { scratch = try ScratchFolder() }

  private func write(_ text: String, as name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(out).unfinished/\(name)"))
  }

  @Test func itLiesBesideTheOutputAndGoesWithItsRun() throws {
    #expect(!RunFolder.exists(for: out))
    let run = try RunFolder(for: out + "/", keepsCheckpoint: false)
    #expect(run.path == "\(out).unfinished")
    #expect(RunFolder.exists(for: out) && RunFolder.checkpoint(for: out) == nil)
    let folder = try OutputFolder(at: out, overwrite: false, in: run)
    try folder.write(Data("r".utf8), as: "report.json")
    #expect(try scratch.names() == ["merged.unfinished"])
    try folder.publish()
    try run.remove()
    #expect(try scratch.names() == ["merged"])
  }

  @Test func onlyARunThatGoesOnKeepsWhatIsThere() throws {
    var run: RunFolder? = try RunFolder(for: out, keepsCheckpoint: false)
    for name in [
      "checkpoint.safetensors", "good.safetensors", "metrics.jsonl", ".checkpoint.safetensors.unfinished-x-1",
    ] {
      try write(name, as: name)
    }
    try FileManager.default.createDirectory(atPath: "\(out).unfinished/output/heads", withIntermediateDirectories: true)
    run = nil
    #expect(RunFolder.checkpoint(for: out) == "\(out).unfinished/checkpoint.safetensors")
    run = try RunFolder(for: out, keepsCheckpoint: true)
    #expect(
      try scratch.names(in: "merged.unfinished").sorted()
        == ["checkpoint.safetensors", "good.safetensors", "lock", "metrics.jsonl"])
    run?.removeUnlessKept()
    #expect(RunFolder.exists(for: out))
    run = nil
    run = try RunFolder(for: out, keepsCheckpoint: false)
    #expect(try scratch.names(in: "merged.unfinished") == ["lock"])
    run?.removeUnlessKept()
    #expect(!RunFolder.exists(for: out))
  }

  @Test func oneRunAtATimeHasIt() throws {
    let run = try RunFolder(for: out, keepsCheckpoint: false)
    #expect(throws: CheckpointError.runInProgress(path: run.path, out: out)) {
      try RunFolder(for: out, keepsCheckpoint: true)
    }
    withExtendedLifetime(run) {}
  }

  @Test func theGoodCheckpointStaysAsItWas() throws {
    let run = try RunFolder(for: out, keepsCheckpoint: false)
    try write("one", as: "checkpoint.safetensors")
    try run.noteGood()
    // As a checkpoint is replaced: by renaming another file over it.
    try write("two", as: "next")
    rename("\(run.path)/next", run.checkpoint)
    #expect(try String(contentsOfFile: run.goodCheckpoint, encoding: .utf8) == "one")
    try run.noteGood()
    #expect(try String(contentsOfFile: run.goodCheckpoint, encoding: .utf8) == "two")
    #expect(
      try scratch.names(in: "merged.unfinished").sorted() == ["checkpoint.safetensors", "good.safetensors", "lock"])
  }

  @Test func anUnfinishedRunIsRefusedUnlessItGoesOnOrGoes() throws {
    let run = try RunFolder(for: out, keepsCheckpoint: false)
    try OutputFolder.check(out, overwrite: false, resumes: false)
    try write("x", as: "checkpoint.safetensors")
    #expect(throws: CheckpointError.unfinishedRun(path: run.path, out: out)) {
      try OutputFolder.check(out, overwrite: false, resumes: false)
    }
    try OutputFolder.check(out, overwrite: true, resumes: false)
    try OutputFolder.check(out, overwrite: false, resumes: true)
  }
}
