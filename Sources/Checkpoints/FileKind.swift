import Glibc

/// What is found at a path, symbolic links followed.
package enum FileKind: Equatable {
  case folder, regularFile, other

  /// - Throws: `CheckpointError.system` where there is nothing or it cannot be looked at.
  package init(path: String) throws(CheckpointError) {
    var status = stat()
    try systemCall("find it", path) { stat(path, &status) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: self = .folder
    case S_IFREG: self = .regularFile
    default: self = .other
    }
  }
}
