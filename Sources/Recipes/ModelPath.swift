import Checkpoints

/// What the path of a model tells.
enum ModelPath {
  /// The folder that a model and what belongs to it lie in: the path itself, or a weight file's parent.
  static func folder(of path: String) -> String {
    guard ModelFolder.weightSuffixes.contains(where: path.hasSuffix), let slash = path.lastIndex(of: "/") else {
      return path
    }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
