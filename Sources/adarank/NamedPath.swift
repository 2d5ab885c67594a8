import Foundation

/// An argument that may say what a person calls the file or folder it names.
enum NamedPath {
  /// The parts of `name=path`; without a name, of a path alone.
  static func parse(_ argument: String) -> (name: String?, path: String) {
    // A path may hold an equals sign itself.
    let isPath = FileManager.default.fileExists(atPath: argument)
    let parts = isPath ? [argument] : argument.split(separator: "=", maxSplits: 1).map(String.init)
    return (parts.count == 2 ? parts[0] : nil, parts.last ?? "")
  }
}
