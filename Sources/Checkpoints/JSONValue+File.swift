extension JSONValue {
  /// Parses a JSON text that is a file or a part of one.
  ///
  /// - Parameter path: the file, for messages.
  init(parsing text: [UInt8], path: String) throws(CheckpointError) {
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8(path: path) }
    do {
      self = try JSONScanner.parse(text)
    } catch {
      switch error {
      case .duplicateName(let name): throw .duplicateName(path: path, name: name)
      case .malformed(let offset, let reason): throw .notJSON(path: path, offset: offset, reason: reason)
      }
    }
  }
}
