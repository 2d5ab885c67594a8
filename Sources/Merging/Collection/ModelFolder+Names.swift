import Checkpoints
import Transformers

extension ModelFolder {
  /// The folder with the encoder's names: most models are kept with their family's prefix and without, and CLIP's within a
  /// module that had one as its part.
  ///
  /// - Throws: `CheckpointError` where two tensors would have one name.
  func named(as encoder: Encoder?) throws(CheckpointError) -> ModelFolder {
    guard let encoder else { return self }
    guard let (prefix, own) = encoder.prefix else { return try unwrapped(encoder) }
    let hasPrefix = names.contains { $0.hasPrefix(prefix) }
    if own.isEmpty, hasPrefix { return try withoutPrefix(prefix) }
    if !own.isEmpty, !hasPrefix {
      return try renamed { encoder.layout.index(of: prefix + $0) == nil ? $0 : prefix + $0 }
    }
    return self
  }

  /// What comes before the names of a CLIP model in the modules that people train: `ImageEncoder` with its model, and
  /// `ImageClassifier` with its image encoder, as the field's benchmark keeps them.
  private static let wrappers = ["image_encoder.model.", "image_encoder.", "model."]

  private func unwrapped(_ encoder: Encoder) throws(CheckpointError) -> ModelFolder {
    let first = encoder.layout.parameters[0].name
    guard let prefix = Self.wrappers.first(where: { self[$0 + first] != nil }) else { return self }
    return try withoutPrefix(prefix)
  }

  private func withoutPrefix(_ prefix: String) throws(CheckpointError) -> ModelFolder {
    try renamed { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
  }
}
