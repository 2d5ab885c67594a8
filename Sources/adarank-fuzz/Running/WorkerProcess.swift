import Foundation
import Glibc

/// A running worker, and how it ended.
struct WorkerProcess {
  enum End {
    /// All its cases are done, or its time was up.
    case finished
    /// - Parameter text: the signal, or the exit code, and what was written to standard error.
    case died(text: String)
    /// The watchdog has ended it.
    case hung(text: String)
  }

  private let process = Process()
  private let files: Worker.Files

  /// Starts this program's own file as a worker.
  init(_ arguments: [String], files: Worker.Files) throws {
    self.files = files
    for path in [files.findings, files.errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(
      // A crash is a crash; how the stack looked takes a second to find out.
      ["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1"]
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle(forWritingAtPath: files.errors)
    try process.run()
  }

  /// Waits until the worker ends, and ends it where a case takes too long.
  ///
  /// - Parameter patience: the processor seconds that a case may take; standing still, ten times as many.
  func wait(_ board: Board, patience: Double) -> End {
    var (current, since, used) = (-1, Clock.seconds, 0.0)
    while process.isRunning {
      usleep(5_000)
      if board[.current] != current {
        (current, since, used) = (board[.current], Clock.seconds, processorSeconds)
        continue
      }
      let (elapsed, work) = (Clock.seconds - since, processorSeconds - used)
      // Before the first case the seeds are read.
      guard current > 0 ? work > patience || elapsed > 10 * patience : elapsed > 60 + 10 * patience else { continue }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let how = work > patience ? "worked for \(Int(work)) s" : "stood still for \(Int(elapsed)) s"
      return .hung(text: "it \(how) and was ended")
    }
    process.waitUntilExit()
    guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 else { return .finished }
    let status = process.terminationStatus
    let end = process.terminationReason == .uncaughtSignal ? String(cString: strsignal(status)) : "exit code \(status)"
    let errors = (try? Data(contentsOf: URL(fileURLWithPath: files.errors))) ?? Data()
    return .died(text: "\(end)\n\(String(decoding: errors.suffix(2_000), as: UTF8.self))")
  }

  /// The processor time that the worker has used; 0 where the system does not say.
  private var processorSeconds: Double {
    let path = "/proc/\(process.processIdentifier)/stat"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return 0 }
    // The second field is the program's name in parentheses, and may hold anything.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else { return 0 }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }
}
