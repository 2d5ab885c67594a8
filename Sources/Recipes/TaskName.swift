import Foundation

/// The rules for the names of tasks, which become names of files.
enum TaskName {
  /// The name of a task that has none of its own.
  static func ofModel(at path: String) -> String {
    URL(fileURLWithPath: ModelPath.folder(of: path)).lastPathComponent
  }

  /// What is wrong with a name, in words that follow it; nil: nothing.
  static func problem(with name: String) -> String? {
    if name.hasPrefix(".") { return "must not begin with a dot" }
    if name.hasPrefix(" ") || name.hasSuffix(" ") { return "must not begin or end with a space" }
    if !name.allSatisfy({ $0.isLetter || $0.isNumber || "_-.+ ".contains($0) }) {
      return "may hold only letters, digits, spaces and _ - . +"
    }
    return name.utf8.count > 200 ? "is longer than 200 bytes" : nil
  }
}
