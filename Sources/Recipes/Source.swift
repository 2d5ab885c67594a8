import Foundation

/// Where a piece of a recipe was written.
struct Source: Equatable, Sendable {
  /// As findings name it: the file's path as the person gave it, or `--set KEY=VALUE`.
  let name: String
  /// What relative paths written here are relative to; absolute.
  let folder: String
  /// Both nil for overrides.
  private(set) var line: Int?
  private(set) var column: Int?

  /// The beginning of a file.
  init(file path: String) {
    name = path
    folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
    line = 1
    column = 1
  }

  /// An override, whose paths are relative to the recipe's folder as if they stood in the recipe.
  init(override text: String, folder: String) {
    name = "--set \(text)"
    self.folder = folder
  }

  /// A place in the same file; an override has no places.
  func at(line: Int, column: Int) -> Source {
    guard self.line != nil else { return self }
    var place = self
    place.line = line
    place.column = column
    return place
  }

  func finding(_ message: String) -> Finding {
    Finding(file: name, line: line, column: column, message: message)
  }

  /// How a finding elsewhere points here: `line 5`, or the override.
  var reference: String {
    line.map { "line \($0)" } ?? name
  }

  /// `path` made absolute and freed of `.` and `..`.
  func resolve(_ path: String) -> String {
    let base = URL(fileURLWithPath: folder, isDirectory: true)
    return URL(fileURLWithPath: path, relativeTo: base).standardizedFileURL.path
  }

  /// `path` as findings should name it: beside this file's own path where both are relative.
  func neighbour(_ path: String) -> String {
    guard line != nil, !name.hasPrefix("/"), !path.hasPrefix("/"), !path.hasPrefix("~") else { return resolve(path) }
    let ownFolder = name.split(separator: "/").dropLast().joined(separator: "/")
    return ownFolder.isEmpty ? path : "\(ownFolder)/\(path)"
  }
}
