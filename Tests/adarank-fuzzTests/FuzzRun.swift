import Foundation

/// A run of the built program, which lies beside the tests.
struct FuzzRun {
  let status: Int32
  let output: String
  let errors: String

  init(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    // Files and not pipes, which nobody would empty while waiting.
    let folder = try ScratchFolder()
    let paths = ["output", "errors"].map { "\(folder.path)/\($0)" }
    for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: paths[0])
    process.standardError = FileHandle(forWritingAtPath: paths[1])
    try process.run()
    process.waitUntilExit()
    status = process.terminationStatus
    output = try String(contentsOfFile: paths[0], encoding: .utf8)
    errors = try String(contentsOfFile: paths[1], encoding: .utf8)
  }

  /// The kinds of what was found, each once.
  var kinds: Set<String> {
    Set(
      errors.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ": ")
        return parts.count > 1 && line.hasPrefix("test-") ? String(parts[1]) : nil
      })
  }

  private static let program: URL = {
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("adarank-fuzz")
  }()
}

/// A folder for the files of one test, removed with the value that owns it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
