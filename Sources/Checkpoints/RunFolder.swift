import Foundation
import Glibc
import Synchronization

/// The folder beside an output in which a merge works until the output is whole: `OUT.unfinished`.
///
/// It holds the checkpoint that an interrupted run goes on from, and goes when the output has its name. One run at a time
/// has it, by a lock that ends with the process.
package final class RunFolder: Sendable {
  package let path: String
  /// Whether no other run can work here; a file system without locks promises nothing.
  package let isLocked: Bool
  /// Of the lock's file; −1 once the folder is removed.
  private let descriptor: Mutex<Int32>

  /// Where a run keeps its state.
  package var checkpoint: String { Self.checkpoint(of: path) }
  /// The last checkpoint before a task collapsed.
  package var goodCheckpoint: String { "\(path)/good.safetensors" }
  /// One line of JSON per step.
  package var metrics: String { "\(path)/metrics.jsonl" }
  /// Where the output is made.
  var output: String { "\(path)/output" }

  private static let lockName = "lock"

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
  /// - Parameters:
  ///   - keepsCheckpoint: whether the checkpoint in it shall stay.
  ///   - patience: seconds to wait for a lock that another process has: that of a host that is gone lasts a while.
  /// - Throws: `CheckpointError`; `.runInProgress` where another process works there, `.notARunFolder` where something else
  ///   has the name.
  package init(for out: String, keepsCheckpoint: Bool, patience: Double = 0) throws(CheckpointError) {
    let path = Self.path(of: out)
    let deadline = Date.now + patience
    var lock = try Self.lock(path)
    while lock == nil {
      guard Date.now < deadline else { throw .runInProgress(path: path, out: out) }
      sleep(1)
      lock = try Self.lock(path)
    }
    self.path = path
    isLocked = lock!.isLocked
    descriptor = Mutex(lock!.descriptor)
    for name in try itemNames(in: path) where name != Self.lockName && !name.hasPrefix(".nfs") {
      let item = "\(path)/\(name)"
      if !keepsCheckpoint || ![checkpoint, goodCheckpoint, metrics].contains(item) { try removeTree(item) }
    }
  }

  deinit {
    descriptor.withLock { if $0 >= 0 { close($0) } }
  }

  /// Makes the folder where it is not there, and locks it.
  ///
  /// - Returns: the open lock, and whether it is one: some file systems have none; nil where another process has it.
  private static func lock(_ path: String) throws(CheckpointError) -> (descriptor: Int32, isLocked: Bool)? {
    let lock = "\(path)/\(lockName)"
    while true {
      if mkdir(path, 0o777) != 0 {
        guard errno == EEXIST else { throw .system(path: path, attempt: "create this folder", code: errno) }
        try check(path)
      }
      let opened = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, mode_t(0o666))
      // The run that had the folder may just have removed it.
      if opened < 0, errno == ENOENT { continue }
      guard opened >= 0 else { throw .system(path: lock, attempt: "create it", code: errno) }
      let isLocked = flock(opened, LOCK_EX | LOCK_NB) == 0
      if !isLocked, errno == EWOULDBLOCK {
        close(opened)
        return nil
      }
      if isStill(opened, at: lock) { return (opened, isLocked) }
      close(opened)
    }
  }

  /// Checks that what has the name was made by a run: everything in it goes with the next one.
  private static func check(_ path: String) throws(CheckpointError) {
    var status = stat()
    try systemCall("look at it", path) { lstat(path, &status) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notARunFolder(path: path, item: nil) }
    let known = [lockName, "checkpoint.safetensors", "good.safetensors", "metrics.jsonl"]
    let prefixes = [".checkpoint.safetensors.unfinished-", ".good", ".nfs", "output"]
    for name in try itemNames(in: path) where !known.contains(name) && !prefixes.contains(where: name.hasPrefix) {
      throw .notARunFolder(path: path, item: name)
    }
  }

  /// Whether an open file still has its name: another run may have removed it before it was locked.
  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
  }

  /// Keeps the present checkpoint under the name of the last good one.
  package func noteGood() throws {
    let other = "\(path)/.good"
    unlink(other)
    // Not every file system has hard links.
    if link(checkpoint, other) != 0 { try FileManager.default.copyItem(atPath: checkpoint, toPath: other) }
    try systemCall("rename it to \(goodCheckpoint)", other) { rename(other, goodCheckpoint) }
  }

  /// Removes the folder where it holds no checkpoint: nothing could go on from there.
  package func removeUnlessKept() {
    if access(checkpoint, F_OK) != 0 { try? remove() }
  }

  /// Removes the folder and everything in it, once. What is in it must not be open any more.
  package func remove() throws(CheckpointError) {
    try descriptor.withLock { descriptor throws(CheckpointError) in
      guard descriptor >= 0 else { return }
      for name in try itemNames(in: path) where name != Self.lockName { try removeTree("\(path)/\(name)") }
      // On NFS an open file keeps its folder from being removed.
      let lock = "\(path)/\(Self.lockName)"
      close(descriptor)
      descriptor = -1
      try systemCall("remove it", lock) { unlink(lock) }
      try systemCall("remove it", path) { rmdir(path) }
    }
  }
}
