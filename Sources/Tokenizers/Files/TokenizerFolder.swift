import Checkpoints

/// The folder of a model, whose files are read whole.
///
/// What has the name of a file but cannot be read as one, such as a link to nothing, is an error, not absent.
struct TokenizerFolder {
  let path: String
  private let contents: FolderContents

  init(path: String) throws(TokenizerError) {
    do {
      contents = try FolderContents(path: path)
    } catch {
      throw .file(error)
    }
    self.path = path
  }

  /// - Returns: nil where there is no file of this name; the same below.
  private func bytes(of name: String) throws(TokenizerError) -> [UInt8]? {
    do {
      return try contents.bytes(of: name)
    } catch {
      throw .file(error)
    }
  }

  func json(_ name: String) throws(TokenizerError) -> JSONPlace? {
    guard let bytes = try bytes(of: name) else { return nil }
    return try JSONPlace(path: "\(path)/\(name)", bytes: bytes)
  }

  func lines(of name: String) throws(TokenizerError) -> [String]? {
    guard let bytes = try bytes(of: name) else { return nil }
    return try TextLines.lines(of: bytes, path: "\(path)/\(name)")
  }
}
