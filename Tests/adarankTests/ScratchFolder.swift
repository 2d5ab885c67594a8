import Foundation

/// A folder for the files of one test, removed with the value that owns it.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and the folders that it lies in.
  ///
  /// - Returns: its path.
  @discardableResult
  func write(_ data: Data, as name: String) throws -> String {
    let file = "\(path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: file))
    return file
  }

  @discardableResult
  func write(_ text: String, as name: String) throws -> String { try write(Data(text.utf8), as: name) }

  /// Everything below the folder, hidden files too, sorted.
  var contents: [String] { get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() } }
}
