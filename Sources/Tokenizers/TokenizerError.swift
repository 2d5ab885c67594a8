import Checkpoints

/// What can be wrong with the files of a tokenizer.
package enum TokenizerError: Error, Equatable, Sendable {
  /// - Parameter lookedFor: the file names that would do.
  case noTokenizer(folder: String, lookedFor: [String])
  /// A file or the folder cannot be read, or a file is not the JSON text that it should be.
  case file(CheckpointError)
  /// - Parameter place: where in the file, as in `model.vocab`.
  case missing(path: String, place: String)
  case invalid(path: String, place: String, reason: String)
  /// The file is in order, but asks for what this package does not do.
  ///
  /// - Parameter feature: its name in the file.
  case unsupported(path: String, place: String, feature: String)
}
