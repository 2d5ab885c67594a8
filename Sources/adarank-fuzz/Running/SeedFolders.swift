import Foundation

/// A reader's seeds on the disk, each in a folder of its own, in one file of which something is changed at a time.
struct SeedFolders {
  let path: String
  private let seeds: [Seed]

  /// Writes all files of all seeds.
  init(_ seeds: [Seed], in path: String) throws {
    self.path = path
    self.seeds = seeds
    for (index, seed) in seeds.enumerated() { try Self.write(seed, to: "\(path)/\(index)") }
  }

  static func write(_ seed: Seed, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for file in seed.files {
      let path = "\(folder)/\(file.name)"
      let parent = (path as NSString).deletingLastPathComponent
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
      try write(file.bytes, to: path)
    }
  }

  func folder(_ seed: Int) -> String { "\(path)/\(seed)" }

  /// Calls `body` with the folder while the file is changed.
  func with<Result>(_ changed: FuzzCase, _ body: (String) throws -> Result) throws -> Result {
    let folder = folder(changed.seed)
    let file = seeds[changed.seed].files[changed.file]
    try Self.write(changed.mutated.bytes, to: "\(folder)/\(file.name)")
    let result = try body(folder)
    try Self.write(file.bytes, to: "\(folder)/\(file.name)")
    return result
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemProblem("write \(path)") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      guard count > 0 else { throw SystemProblem("write \(path)") }
      written += count
    }
  }
}
