import Glibc

extension OutputFolder {
  /// Checks that an output folder would not take the place of what it is made from: that it is none of these files and
  /// folders, holds none of them, and lies in none of them.
  ///
  /// - Parameter inputs: absolute paths, freed of `..`; what is not there is passed over.
  package static func check(_ path: String, apartFrom inputs: [String]) throws(CheckpointError) {
    let own = FileIdentity(path)
    let around = FileIdentity.all(on: realPath(split(path).folder))
    for input in inputs {
      guard let identity = FileIdentity(input) else { continue }
      if identity == own { throw .outputIsInput(path: path, reason: "it is \(input), which is an input") }
      if around.contains(identity) {
        throw .outputIsInput(path: path, reason: "it would lie in \(input), which is an input")
      }
      // On the way that the path takes, and at the place that it leads to.
      if let own, FileIdentity.all(on: input).union(FileIdentity.all(on: realPath(input))).contains(own) {
        throw .outputIsInput(path: path, reason: "it holds \(input), which is an input")
      }
    }
  }
}

/// Which file or folder something is, whatever path leads to it.
private struct FileIdentity: Hashable {
  let device: dev_t
  let number: ino_t

  /// Nil where there is nothing. Symbolic links are followed.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }

  /// What an absolute path names, and all folders around it.
  static func all(on path: String?) -> Set<FileIdentity> {
    var found: Set<FileIdentity> = []
    guard var path, path.hasPrefix("/") else { return found }
    while true {
      if let identity = FileIdentity(path) { found.insert(identity) }
      if path == "/" { return found }
      path = split(path).folder
    }
  }
}

/// The absolute path without symbolic links; nil where there is nothing.
private func realPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
