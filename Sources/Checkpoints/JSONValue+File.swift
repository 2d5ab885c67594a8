extension JSONValue {
  /// Parses a JSON text that is a file or a part of one.
  ///
  /// Names that are equal as `String` count as duplicates, even where their bytes differ.
  ///
  /// - Parameter path: the file, for messages.
  init(parsing text: [UInt8], path: String) throws(CheckpointError) {
    try self.init(parsingVocabulary: text, path: path)
    if let name = sharedName { throw .duplicateName(path: path, name: name) }
  }

  /// Parses a JSON text whose names are tokens: some of these differ only in Unicode normalisation.
  ///
  /// - Parameter path: the file, for messages.
  package init(parsingVocabulary text: [UInt8], path: String) throws(CheckpointError) {
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8(path: path) }
    try StackedMarks.check(text, escapes: true, path: path)
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
