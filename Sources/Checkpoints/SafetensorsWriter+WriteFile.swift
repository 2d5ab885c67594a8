import Glibc

extension SafetensorsWriter {
  /// Writes a whole small file at once.
  ///
  /// Under its name appears either the complete file or what was there before: it is written under a hidden
  /// name in the same folder, forced to disk, and renamed.
  ///
  /// - Parameter tensors: in any order.
  /// - Throws: `CheckpointError`.
  package static func writeFile(
    _ path: String, tensors: [NamedTensor], metadata: [String: String] = [:]
  ) throws {
    let (folder, name) = split(path)
    let unfinished = "\(folder)/.\(name).unfinished-\(getpid())"
    do {
      let writer = try SafetensorsWriter(path: unfinished, tensors: tensors.map(\.description), metadata: metadata)
      for tensor in tensors.sorted(by: { $0.description.precedesInData($1.description) }) {
        try tensor.bytes.withUnsafeBytes { try writer.write(tensor.description.name, bytes: $0) }
      }
      try writer.finish()
      try systemCall("rename it to \(path)", unfinished) { rename(unfinished, path) }
    } catch {
      unlink(unfinished)
      throw error
    }
    try synchronise(folder)
  }
}
