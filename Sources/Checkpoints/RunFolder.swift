import Glibc

/// The folder beside an output in which a merge works until the output is whole: `OUT.unfinished`.
///
/// It holds the checkpoint that an interrupted run goes on from, and goes when the output has its name. One run at a time
/// has it, by a lock that ends with the process.
package final class RunFolder: Sendable {
  package let path: String
  private let descriptor: Int32

  /// Where a run keeps its state.
  package var checkpoint: String { Self.checkpoint(of: path) }
  /// The last checkpoint before a task collapsed.
  package var goodCheckpoint: String { "\(path)/good.safetensors" }
  /// One line of JSON per step.
  package var metrics: String { "\(path)/metrics.jsonl" }
  /// Where the output is made.
  var output: String { "\(path)/output" }

  /// The folder that belongs to an output.
  package static func path(of out: String) -> String {
    let (folder, name) = split(out)
    return "\(folder)/\(name).unfinished"
  }

  /// The checkpoint from which an output's unfinished run can go on; nil where there is none.
  package static func checkpoint(for out: String) -> String? {
    let checkpoint = checkpoint(of: path(of: out))
    return access(checkpoint, F_OK) == 0 ? checkpoint : nil
  }

  /// Whether an output's run has left anything.
  package static func exists(for out: String) -> Bool { access(path(of: out), F_OK) == 0 }

  private static func checkpoint(of folder: String) -> String { "\(folder)/checkpoint.safetensors" }

  /// Makes the folder, or takes over the one that is there.
  ///
  /// - Parameter keepsCheckpoint: whether the checkpoint in it shall stay.
  /// - Throws: `CheckpointError`; `.runInProgress` where another process works there.
  package init(for out: String, keepsCheckpoint: Bool) throws(CheckpointError) {
    let path = Self.path(of: out)
    if mkdir(path, 0o777) != 0, errno != EEXIST {
      throw .system(path: path, attempt: "create this folder", code: errno)
    }
    let lock = "\(path)/lock"
    descriptor = try systemCall("create it", lock) { open(lock, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o666)) }
    self.path = path
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .runInProgress(path: path, out: out) }
    for name in try itemNames(in: path) where name != "lock" {
      let item = "\(path)/\(name)"
      if !keepsCheckpoint || ![checkpoint, goodCheckpoint, metrics].contains(item) { try removeTree(item) }
    }
  }

  deinit { close(descriptor) }

  /// Keeps the present checkpoint under the name of the last good one.
  package func noteGood() throws(CheckpointError) {
    let link = "\(path)/.good"
    unlink(link)
    try systemCall("link to it", checkpoint) { Glibc.link(checkpoint, link) }
    try systemCall("rename it to \(goodCheckpoint)", link) { rename(link, goodCheckpoint) }
  }

  /// Removes the folder where it holds no checkpoint: nothing could go on from there.
  package func removeUnlessKept() {
    if access(checkpoint, F_OK) != 0 { try? remove() }
  }

  /// Removes the folder and everything in it.
  package func remove() throws(CheckpointError) { try removeTree(path) }
}
