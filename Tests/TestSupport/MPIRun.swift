import Foundation

/// Collective checks, run by ordinary tests: starts `mpirun` with the program `RankChecks`, which the build has put beside
/// the tests.
package enum MPIRun {
  /// What a run of `RankChecks` came to.
  package struct Outcome: Sendable {
    /// 0 where the check holds on every rank; nil where the time was up.
    package let status: Int32?
    /// Standard output and then standard error.
    package let output: String

    package var holds: Bool { status == 0 }
    package var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// Runs one check on `ranks` ranks, for at most `seconds`.
  ///
  /// - Throws: where the program is not there, or `mpirun` cannot be started.
  package static func check(_ name: String, ranks: Int, seconds: Double = 120) throws -> Outcome {
    let program = try program()
    return try run(
      ["mpirun", "--oversubscribe", "-n", "\(ranks)", program, name, Fixtures.path("")], seconds: seconds)
  }

  /// The path of `RankChecks`: in the folder of the running test, or in one of those above it.
  static func program() throws -> String {
    var folder = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let program = folder.appendingPathComponent("RankChecks").path
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: program, isDirectory: &isFolder), !isFolder.boolValue { return program }
    }
    throw MissingProgram()
  }

  private struct MissingProgram: Error, CustomStringConvertible {
    var description: String { "there is no program RankChecks beside the tests: build with --build-tests" }
  }

  private static func run(_ command: [String], seconds: Double) throws -> Outcome {
    // Files and not pipes, which nobody would empty while waiting.
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("rank-checks-\(UUID().uuidString)").path
    try Data().write(to: URL(fileURLWithPath: output))
    defer { try? FileManager.default.removeItem(atPath: output) }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    var environment = ProcessInfo.processInfo.environment
    // Containers run tests as root, which Open MPI has to be told is meant.
    environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < deadline { usleep(10_000) }
    let isLate = process.isRunning
    if isLate {
      // mpirun ends its ranks when it is told to.
      kill(process.processIdentifier, SIGTERM)
      let patience = Date(timeIntervalSinceNow: 5)
      while process.isRunning, Date() < patience { usleep(10_000) }
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    try handle.close()
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
    return Outcome(
      status: isLate ? nil : process.terminationStatus, output: isLate ? text + "\nended after \(seconds) s" : text)
  }
}
