import Glibc

extension SafetensorsWriter {
  /// Writes a whole small file at once.
  ///
  /// Under its name appears either the complete file or what was there before: it is written under a hidden
  /// name in the same folder, which no other process has, forced to disk, and renamed.
  ///
  /// - Parameters:
  ///   - tensors: in any order.
  ///   - waitsForDisk: whether the file must survive a loss of power; without it data may be missing after one.
  /// - Throws: `CheckpointError`.
  package static func writeFile(
    _ path: String, tensors: [NamedTensor], metadata: [String: String] = [:], waitsForDisk: Bool = true
  ) throws {
    let (folder, name) = split(path)
    let unfinished = "\(folder)/.\(name).unfinished-\(hostName)-\(getpid())"
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

  /// Processes on several hosts may have one number.
  private static let hostName: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}
