import Foundation
import Glibc
import LinearAlgebra

/// A failure that is brought about on purpose, so that tests see what becomes of it.
///
/// The environment's `ADARANK_REHEARSE` names a rank, what befalls it and at which of its items of work: `1:freeze:20`.
struct Rehearsal: Equatable {
  enum Failure: String {
    /// The process is stopped, as by SIGSTOP from outside.
    case freeze
    /// The process is killed.
    case kill
    /// The item throws.
    case fail
    /// The item never ends, and computes nothing.
    case hang
    /// The main thread never comes back to its duties.
    case stall
    /// From this item on, each takes half a second longer.
    case slow
  }

  let rank: Int
  let failure: Failure
  /// From 1.
  let item: Int

  /// - Parameter text: nil, or what is no rehearsal: none.
  init?(_ text: String?) {
    let parts = (text ?? "").split(separator: ":").map(String.init)
    guard parts.count == 3, let rank = Int(parts[0]), let failure = Failure(rawValue: parts[1]),
      let item = Int(parts[2])
    else { return nil }
    (self.rank, self.failure, self.item) = (rank, failure, item)
  }

  /// Prepares the failure where `rank` is the one that is named.
  func prepare(_ pool: WorkerPool, rank: Int) {
    guard rank == self.rank else { return }
    let (failure, item) = (failure, item)
    if failure == .stall {
      let watch = pool.watch
      pool.watch = { finished in
        while finished >= item { pause() }
        try watch?(finished)
      }
      return
    }
    let count = ItemCount()
    pool.beforeEachItem {
      let now = count.next()
      guard now == item || (failure == .slow && now > item) else { return }
      switch failure {
      case .freeze: kill(getpid(), SIGSTOP)
      case .kill: kill(getpid(), SIGKILL)
      case .fail: throw RehearsedError(item: item)
      case .hang: while true { pause() }
      case .stall: break
      case .slow: usleep(500_000)
      }
    }
  }
}

private final class ItemCount: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}

private struct RehearsedError: Error, CustomStringConvertible {
  let item: Int

  var description: String { "item \(item) failed, as ADARANK_REHEARSE asks for" }
}
