import CLinux
import Communication
import Foundation

/// What memory this process has for itself: pages of its own and those it shares with its node's ranks, but no mapped
/// files, which the system can take back.
package enum ProcessMemory {
  /// RssAnon + RssShmem of `/proc/self/status`, in bytes; 0 where it cannot be read.
  package static var privateBytes: Int { bytes(of: ["RssAnon:", "RssShmem:"]) }

  /// The largest resident size so far, mapped files included, in bytes.
  package static var peakResidentBytes: Int { bytes(of: ["VmHWM:"]) }

  /// Gives memory back to the system that has been freed and is still held for later.
  package static func release() { malloc_trim(0) }

  private static func bytes(of fields: [Substring]) -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return 0 }
    return status.split(separator: "\n").reduce(0) { sum, line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2, fields.contains(words[0]), let kibibytes = Int(words[1]) else { return sum }
      return sum + kibibytes * 1024
    }
  }
}

/// The largest private memory at the moments somebody looked.
package final class MemoryMeter {
  package private(set) var peakPrivateBytes = 0

  package init() {}

  private var lastLook = -Double.infinity

  package func look() {
    peakPrivateBytes = max(peakPrivateBytes, ProcessMemory.privateBytes)
    lastLook = monotonicSeconds()
  }

  /// Looks where nobody has for a tenth of a second: to be called again and again while workers compute.
  package func lookAgain() {
    if monotonicSeconds() - lastLook > 0.1 { look() }
  }
}
