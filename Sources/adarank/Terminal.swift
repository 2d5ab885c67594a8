import Communication
import Foundation
import Glibc
import Merging
import Reports

/// The terminal that a person may be looking at, and the progress line on it; or, where asked for, a log in its place.
final class Terminal {
  private let status: StatusLine
  private var line: ProgressLine?
  private var log: ProgressLog?
  private var isDrawn = false

  /// - Parameters:
  ///   - tasks: the names that the progress line shows.
  ///   - isQuiet: whether to show nothing.
  ///   - logs: whether standard error gets lines where it is no terminal.
  init(tasks: [String], isQuiet: Bool, logs: Bool = false) {
    let output = isQuiet ? nil : Self.watched()
    status = StatusLine(on: output)
    if let output {
      line = ProgressLine(columns: Self.columns(of: output), tasks: tasks, now: monotonicSeconds)
    } else if logs, !isQuiet {
      log = ProgressLog(tasks: tasks, now: monotonicSeconds)
    }
  }

  /// The terminal at which standard error ends: this process's, or under mpirun, which puts a pipe between, its parent's.
  private static func watched() -> FileHandle? {
    if isatty(2) == 1 { return .standardError }
    guard World.launchedRanks() != nil else { return nil }
    let descriptor = open("/proc/\(getppid())/fd/2", O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard isatty(descriptor) == 1 else {
      close(descriptor)
      return nil
    }
    // A rank is not in the terminal's foreground group: after `stty tostop` writing would stop it.
    signal(SIGTTOU, SIG_IGN)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func columns(of terminal: FileHandle) -> Int {
    var size = winsize()
    guard ioctl(terminal.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  func show(_ event: MergeEvent) {
    if let text = log?.line(for: event) {
      try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
    guard let text = line?.text(for: event) else { return }
    status.show(text)
    isDrawn = true
  }

  /// Takes the progress line away.
  func clear() {
    guard isDrawn else { return }
    status.clear()
    isDrawn = false
  }
}
