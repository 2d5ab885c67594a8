import Foundation

/// What several merged folders are called side by side.
package enum RunNames {
  /// What a person called them, else the folders' names, with as much of the paths before them as tells them apart. What
  /// is equal even so is numbered.
  package static func names(_ runs: [(name: String?, path: String)]) -> [String] {
    let parts = runs.map { URL(fileURLWithPath: $0.path).standardizedFileURL.path.split(separator: "/") }
    var depths = runs.map { _ in 1 }
    while true {
      let names = runs.indices.map { run in
        runs[run].name ?? (parts[run].isEmpty ? "/" : parts[run].suffix(depths[run]).joined(separator: "/"))
      }
      let counts = names.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
      let longer = runs.indices.filter { run in
        runs[run].name == nil && counts[names[run]]! > 1 && depths[run] < parts[run].count
      }
      guard !longer.isEmpty else { return numbered(names) }
      for run in longer { depths[run] += 1 }
    }
  }

  /// `merged`, `merged (2)`.
  private static func numbered(_ names: [String]) -> [String] {
    var known: Set<String> = []
    return names.map { name in
      var (own, number) = (name, 1)
      while !known.insert(own).inserted {
        number += 1
        own = "\(name) (\(number))"
      }
      return own
    }
  }
}
