import Foundation
import Testing

@testable import adarank_fuzz

/// The program as a person starts it.
@Suite(.serialized) struct FuzzProgramTests {
  /// A few seconds of what may run for hours.
  @Test(arguments: allReaders.map(\.name)) func noReaderMisbehaves(_ reader: String) throws {
    let run = try FuzzRun([reader, "--seconds", "1", "--files", "1000000", "--seed", "1"])
    #expect(run.status == 0, "\(run.errors)\(run.output)")
    #expect(run.errors == "")
    let row = try #require(run.output.split(separator: "\n").last { $0.hasPrefix(reader) })
    let counts = row.split(separator: " ").compactMap { Int($0) }
    #expect(counts[0] > 10 && counts[0] == counts[1] + counts[2], "\(run.output)")
  }

  @Test(
    arguments: [
      ("test-crash", "crash"), ("test-hang", "hang"), ("test-memory", "memory"), ("test-address-space", "crash"),
      ("test-unsteady", "unsteady"), ("test-violation", "violation"), ("test-foreign-error", "foreign-error"),
      ("test-leniency", "accepted"),
    ])
  func misbehaviourIsNoticed(_ reader: String, kind: String) throws {
    let patience = kind == "hang" ? "0.3" : "20"
    let run = try FuzzRun([reader, "--files", "60", "--patience", patience])
    #expect(run.status == 1)
    // A machine that is busy with other tests makes some cases slow.
    #expect(run.kinds.contains(kind) && run.kinds.allSatisfy { [kind, "hang"].contains($0) }, "\(run.errors)")
    // The cases behind a crash or a hang are read too.
    #expect(run.output.contains(" 60 "), "\(run.output)")
  }

  @Test func whatIsFoundIsKeptAndFoundAgain() throws {
    let folder = try ScratchFolder()
    let run = try FuzzRun(["test-crash", "--files", "40", "--seed", "3", "--keep", folder.path])
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(!kept.isEmpty && kept.count == run.errors.components(separatedBy: "test-crash ").count - 1)
    let name = try #require(kept.first)
    let text = try String(contentsOfFile: "\(folder.path)/\(name)/finding.txt", encoding: .utf8)
    #expect(text.contains("as it was meant to"), "\(text)")
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)/numbers.json"))

    let number = try #require(name.split(separator: "-").dropLast().last)
    #expect(text.contains("adarank-fuzz test-crash --seed 3 --first \(number) --files 1"))
    let again = try FuzzRun(["test-crash", "--seed", "3", "--first", "\(number)", "--files", "1"])
    #expect(again.status == 1 && again.kinds == ["crash"], "\(again.errors)")
  }

  @Test func wrongArgumentsAreNamed() throws {
    let run = try FuzzRun(["recipes"])
    #expect(run.status != 0)
    #expect(run.errors.contains("There is no reader 'recipes'; there are safetensors"), "\(run.errors)")
  }
}
