import Foundation
import Glibc

/// One line of a terminal that is written again and again.
struct StatusLine {
  private let terminal: FileHandle?

  /// - Parameter terminal: nil: nothing is shown.
  init(on terminal: FileHandle?) { self.terminal = terminal }

  /// On standard error, where that is a terminal.
  init(isQuiet: Bool) { self.init(on: !isQuiet && isatty(STDERR_FILENO) == 1 ? .standardError : nil) }

  func show(_ text: String) { write("\r\u{1b}[2K" + text) }

  /// Takes the line away.
  func clear() { show("") }

  private func write(_ text: String) { try? terminal?.write(contentsOf: Data(text.utf8)) }
}
