import Foundation
import Glibc
import Synchronization

/// A folder that appears under its name only when it is whole.
///
/// Until then it is another folder beside its later place, so that publishing it is a rename within one
/// file system. Given up or forgotten, it is removed.
package final class OutputFolder: Sendable {
  private enum State {
    case unfinished, published, discarded
  }

  /// The name under which the folder will appear.
  package let path: String
  /// Where it is until then.
  package let temporaryPath: String

  private let overwrite: Bool
  private let state = Mutex(State.unfinished)

  /// Creates the folder's first place: a hidden one, or one in the folder of the run that makes it.
  ///
  /// - Parameter overwrite: whether an earlier output of that name may be replaced, in `publish`.
  /// - Throws: what `check` throws, and `CheckpointError.system`.
  package init(at path: String, overwrite: Bool, in run: RunFolder? = nil) throws(CheckpointError) {
    try Self.check(path, overwrite: overwrite)
    let (folder, name) = split(path)
    self.path = path
    self.overwrite = overwrite
    temporaryPath = try Self.createFolder(run?.output ?? "\(folder)/.\(name).unfinished-\(getpid())")
  }

  deinit {
    if state.withLock({ $0 == .unfinished }) { try? removeTree(temporaryPath) }
  }

  /// Where a file of the folder is for now.
  ///
  /// - Parameter file: relative to the folder, such as `heads/alpha.safetensors`. Its folder is created.
  /// - Throws: `CheckpointError` where it would lie outside, or its folder cannot be created.
  package func path(of file: String) throws(CheckpointError) -> String {
    let components = file.split(separator: "/", omittingEmptySubsequences: false)
    guard !components.contains(where: { ["", ".", ".."].contains($0) }), !file.utf8.contains(0) else {
      throw .nameOutsideFolder(path: path, name: file)
    }
    var folder = temporaryPath
    for component in components.dropLast() {
      folder += "/\(component)"
      guard mkdir(folder, 0o777) != 0, errno != EEXIST else { continue }
      throw .system(path: folder, attempt: "create this folder", code: errno)
    }
    return "\(temporaryPath)/\(file)"
  }

  /// Writes a small file.
  ///
  /// - Parameter name: relative to the folder; folders in it are created.
  /// - Throws: `CheckpointError`.
  package func write(_ data: Data, as name: String) throws {
    var file = try OutputFile(path: try path(of: name))
    try data.withUnsafeBytes { try file.append($0) }
    try file.finish()
  }

  /// Forces everything to disk and gives the folder its name.
  ///
  /// A folder that is replaced is renamed first and removed afterwards; it comes back where the new one cannot
  /// take its place.
  ///
  /// - Throws: `CheckpointError`; after `.replacedFolderRemains` the output is in its place nevertheless.
  /// - Precondition: neither published nor discarded.
  package func publish() throws(CheckpointError) {
    try state.withLock { state throws(CheckpointError) in
      precondition(state == .unfinished, "\(path) is already published or discarded")
      try Self.check(path, overwrite: overwrite)
      try synchroniseTree(temporaryPath)
      let replaced = try takePlace()
      state = .published
      try synchronise(split(path).folder)
      guard let replaced else { return }
      do throws(CheckpointError) {
        try removeTree(replaced)
      } catch {
        throw .replacedFolderRemains(path: replaced, published: path)
      }
    }
  }

  /// Removes what was written. Does nothing after `publish`.
  package func discard() throws(CheckpointError) {
    try state.withLock { state throws(CheckpointError) in
      guard state == .unfinished else { return }
      state = .discarded
      try removeTree(temporaryPath)
    }
  }

  /// Renames the hidden folder to its final path, and what was there to a hidden name.
  ///
  /// - Returns: that name, nil where there was nothing.
  func takePlace() throws(CheckpointError) -> String? {
    let replaced = try moveAside()
    do throws(CheckpointError) {
      try systemCall("rename it to \(path)", temporaryPath) { rename(temporaryPath, path) }
    } catch {
      if let replaced { rename(replaced, path) }
      throw error
    }
    return replaced
  }

  /// Renames what is at the final path; returns its new name, or nil where there was nothing.
  private func moveAside() throws(CheckpointError) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    let (folder, name) = split(path)
    // An empty folder is the one thing that rename(2) is sure to replace.
    let aside = try Self.createFolder("\(folder)/.\(name).replaced-\(getpid())")
    do {
      try systemCall("rename it to \(aside)", path) { rename(path, aside) }
    } catch {
      rmdir(aside)
      throw error
    }
    return aside
  }

  /// Creates a new folder of that name, or with a number added where one of a dead process has the name.
  private static func createFolder(_ wanted: String) throws(CheckpointError) -> String {
    var number = 1
    while true {
      let folder = number == 1 ? wanted : "\(wanted)-\(number)"
      if mkdir(folder, 0o777) == 0 { return folder }
      guard errno == EEXIST else { throw .system(path: folder, attempt: "create this folder", code: errno) }
      number += 1
    }
  }
}
