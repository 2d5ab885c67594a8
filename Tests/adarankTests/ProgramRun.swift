import Foundation

/// How a process ended, and what it wrote.
struct ProgramRun {
  let status: Int32
  let output: String
  let errors: String
  let seconds: Double

  /// The lines of standard error that are the program's own, and not its launcher's.
  var complaints: [Substring] { errors.split(separator: "\n").filter { $0.hasPrefix("adarank: ") } }

  /// Runs the built program and waits for it.
  ///
  /// - Parameters:
  ///   - ranks: under mpirun; nil: by itself.
  ///   - limit: seconds after which it is killed.
  ///   - whileItRuns: called when it has been started.
  static func adarank(
    _ arguments: [String], ranks: Int? = nil, environment: [String: String] = [:], limit: Double = 120,
    whileItRuns: () throws -> Void = {}
  ) throws -> ProgramRun {
    let launcher = ranks.map { ["mpirun", "--oversubscribe", "-n", "\($0)"] } ?? []
    return try run(
      launcher + [program] + arguments, environment: environment, limit: limit, whileItRuns: whileItRuns)
  }

  /// Runs a command that is found on the PATH.
  static func run(
    _ command: [String], environment: [String: String] = [:], limit: Double = 120, whileItRuns: () throws -> Void = {}
  ) throws -> ProgramRun {
    let folder = try ScratchFolder()
    let (output, errors) = (try folder.write("", as: "output"), try folder.write("", as: "errors"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment
      // As root, Open MPI wants to be told twice.
      .merging(["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }

    let start = DispatchTime.now().uptimeNanoseconds
    try process.run()
    try whileItRuns()
    if ended.wait(timeout: .now() + limit) == .timedOut {
      // mpirun passes the first on to its ranks.
      kill(process.processIdentifier, SIGTERM)
      if ended.wait(timeout: .now() + 5) == .timedOut { kill(process.processIdentifier, SIGKILL) }
      throw TookTooLong(command: command, limit: limit, errors: try String(contentsOfFile: errors, encoding: .utf8))
    }
    return ProgramRun(
      status: process.terminationStatus,
      output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8),
      seconds: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
  }

  /// Runs the built program on several ranks, sends mpirun a signal once a file is there, and waits for the end.
  static func signalling(
    _ number: Int32, when file: String, _ arguments: [String], ranks: Int, limit: Double = 60
  ) throws -> ProgramRun {
    // The launcher gives ranks the time that a step takes.
    let launcher = ["mpirun", "--oversubscribe", "--mca", "odls_base_sigkill_timeout", "5", "-n", "\(ranks)"]
    // Perl, which every Debian has, lets signals through again: threads of the tests block them for their children.
    let script = """
      perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new()); exec @ARGV' "$@" & job=$!
      for _ in $(seq 600); do [ -e '\(file)' ] && break; sleep 0.05; done
      kill -\(number) $job
      wait $job
      """
    return try run(["bash", "-c", script, "bash"] + launcher + [program] + arguments, limit: limit)
  }

  /// The program's file: where `ADARANK_PROGRAM` says, else beside the tests.
  private static let program: String = {
    if let path = ProcessInfo.processInfo.environment["ADARANK_PROGRAM"] { return path }
    let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (tests as NSString).deletingLastPathComponent + "/adarank"
  }()
}

struct TookTooLong: Error, CustomStringConvertible {
  let command: [String]
  let limit: Double
  let errors: String

  var description: String { "\(command.joined(separator: " ")) did not end within \(limit) s; it said: \(errors)" }
}
