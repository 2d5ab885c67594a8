import Glibc

extension OutputFolder {
  /// Checks that an output folder can be created, without creating anything.
  ///
  /// - Parameters:
  ///   - overwrite: whether an earlier output may be replaced. Only what looks like one is: a folder that is empty or holds
  ///     a merge report, so that a mistyped name costs nobody their home or a model.
  ///   - resumes: whether an unfinished run goes on; without either, one is refused.
  package static func check(_ path: String, overwrite: Bool, resumes: Bool = true) throws(CheckpointError) {
    let (parent, name) = split(path)
    var status = stat()
    guard stat(parent, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .outputParentMissing(path: path, parent: parent)
    }
    guard access(parent, W_OK | X_OK) == 0 else { throw .outputParentNotWritable(path: path, parent: parent) }
    if ["", ".", ".."].contains(name) {
      throw .outputNotReplaceable(path: path, reason: "give the name of a new folder")
    }
    // Not stat: a link to nothing occupies the name too.
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system(path: path, attempt: "look for it", code: errno) }
      guard resumes || overwrite || RunFolder.checkpoint(for: path) == nil else {
        throw .unfinishedRun(path: RunFolder.path(of: path), out: path)
      }
      return
    }
    guard overwrite else { throw .outputExists(path: path) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .outputNotReplaceable(path: path, reason: "it is no folder") }
    let contents = try FolderContents(path: path)
    guard contents.isEmpty || contents.holds("report.json") else {
      throw .outputNotReplaceable(path: path, reason: "it holds no report.json, so it is not the output of a merge")
    }
  }
}
