import Glibc

extension SafetensorsWriter {
  /// Writes a whole small file at once.
  ///
  /// Under its name appears either the complete file or what was there before: it is written under a hidden
  /// name in the same folder, forced to disk, and renamed.
  ///
  /// - Parameters:
  ///   - tensors: in any order.
  ///   - waitsForDisk: whether the file must survive a loss of power; without it data may be missing after one.
  /// - Throws: `CheckpointError`.
  package static func writeFile(
    _ path: String, tensors: [NamedTensor], metadata: [String: String] = [:], waitsForDisk: Bool = true
  ) throws {
    let (folder, name) = split(path)
    let unfinished = "\(folder)/.\(name).unfinished-\(getpid())"
    do {
      let writer = try SafetensorsWriter(path: unfinished, tensors: tensors.map(\.description), metadata: metadata)
      for tensor in tensors.sorted(by: { $0.description.precedesInData($1.description) }) {
        try tensor.bytes.withUnsafeBytes { try writer.write(tensor.description.name, bytes: $0) }
      }
      try writer.finish(waitsForDisk: waitsForDisk)
      try systemCall("rename it to \(path)", unfinished) { rename(unfinished, path) }
    } catch {
      unlink(unfinished)
      throw error
    }
    if waitsForDisk { try synchronise(folder) }
  }
}
