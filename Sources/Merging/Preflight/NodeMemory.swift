import Foundation

/// What programs can still have of a node's memory: of the machine's, or of their control group's where that leaves less, as
/// in containers and under batch systems.
package struct NodeMemory: Equatable, Sendable {
  /// In bytes.
  package let available: Int
  /// The control group whose limit it is; nil: the machine's own memory.
  package let group: String?

  package init(available: Int, group: String? = nil) {
    self.available = available
    self.group = group
  }

  /// Of this machine, now; nil where the system does not say.
  package static var now: NodeMemory? { NodeMemory { try? String(contentsOfFile: $0, encoding: .utf8) } }

  /// - Parameter read: the text of a file; nil where there is none.
  init?(read: (String) -> String?) {
    guard let text = read("/proc/meminfo"), let line = Self.numbers(text)["MemAvailable:"] else { return nil }
    var least = NodeMemory(available: line * 1024)
    for group in ControlGroup.own(read) {
      if let room = group.room(read), room < least.available {
        least = NodeMemory(available: room, group: group.folder)
      }
    }
    self = least
  }

  /// The first number of each line, by the line's first word.
  fileprivate static func numbers(_ text: String) -> [Substring: Int] {
    var numbers: [Substring: Int] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      if words.count >= 2, let number = Int(words[1]) { numbers[words[0]] = number }
    }
    return numbers
  }
}

/// A control group that a process belongs to, by itself or through those below.
///
/// Source: Linux, admin-guide/cgroup-v2.rst and admin-guide/cgroup-v1/memory.rst.
private struct ControlGroup {
  /// As the file system shows it.
  let folder: String
  let files: Files

  /// How a version of control groups calls things.
  struct Files {
    let root: String
    let limit: String
    let usage: String
    /// What `memory.stat` calls pages of files, which the system can take back.
    let reclaimable: [Substring]

    static let second = Files(
      root: "/sys/fs/cgroup", limit: "memory.max", usage: "memory.current",
      reclaimable: ["inactive_file", "active_file"])
    static let first = Files(
      root: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes", usage: "memory.usage_in_bytes",
      reclaimable: ["total_inactive_file", "total_active_file"])
  }

  /// The first version writes "no limit" as a number like this or larger.
  private static let noLimit = 1 << 60

  /// The process's groups and those above them, of either version. A container may show its own group as the root: what is
  /// not there says nothing.
  static func own(_ read: (String) -> String?) -> [ControlGroup] {
    (read("/proc/self/cgroup") ?? "").split(separator: "\n").flatMap { line -> [ControlGroup] in
      // number:controllers:path
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [] }
      let isFirst = parts[1].split(separator: ",").contains("memory")
      guard isFirst || parts[1].isEmpty else { return [] }
      let files = isFirst ? Files.first : Files.second
      let names = parts[2].split(separator: "/")
      return (0...names.count).map { count in
        ControlGroup(folder: ([files.root] + names.prefix(count).map(String.init)).joined(separator: "/"), files: files)
      }
    }
  }

  /// How many bytes its processes can still have; nil where it has no limit.
  func room(_ read: (String) -> String?) -> Int? {
    func number(_ file: String) -> Int? {
      read("\(folder)/\(file)").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
    guard let limit = number(files.limit), limit < Self.noLimit, let usage = number(files.usage) else { return nil }
    let numbers = NodeMemory.numbers(read("\(folder)/memory.stat") ?? "")
    return max(0, limit - usage + files.reclaimable.reduce(0) { $0 + (numbers[$1] ?? 0) })
  }
}
