import Synchronization

/// Counts what is read of checkpoints, each tensor once with its whole size.
///
/// It shows what a rank really touches: a sharded merge reads each tensor on its owners only.
package final class ReadCounter: Sendable {
  private struct Key: Hashable {
    let path: String
    let name: String
  }

  private struct Count {
    var seen: Set<Key> = []
    var bytes = 0
  }

  private let count = Mutex(Count())

  package init() {}

  /// The size of all tensors of which any element was read, in bytes.
  package var distinctBytes: Int { count.withLock { $0.bytes } }

  func record(_ entry: TensorEntry) {
    count.withLock { count in
      if count.seen.insert(Key(path: entry.path, name: entry.name)).inserted { count.bytes += entry.byteCount }
    }
  }
}
