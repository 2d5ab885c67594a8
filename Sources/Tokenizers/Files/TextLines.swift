import Checkpoints

/// Files of a model's folder that have something in each line.
enum TextLines {
  /// The lines of a file without the line feed, or carriage return and line feed, that ends each.
  ///
  /// - Parameter path: the file, for messages.
  static func lines(of bytes: [UInt8], path: String) throws(TokenizerError) -> [String] {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .invalid(path: path, place: "the file", reason: "is not valid UTF-8")
    }
    do { try StackedMarks.check(bytes, path: path) } catch { throw .file(error) }
    var lines: [String] = []
    for var line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard !line.contains(UInt8(ascii: "\r")) else {
        throw .invalid(path: path, place: "line \(lines.count + 1)", reason: "has a carriage return in its midst")
      }
      lines.append(String(decoding: line, as: UTF8.self))
    }
    if bytes.isEmpty || bytes.last == UInt8(ascii: "\n") { lines.removeLast() }
    return lines
  }
}
