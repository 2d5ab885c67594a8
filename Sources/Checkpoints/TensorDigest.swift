import Crypto

/// The SHA-256 of all tensors' bytes, one after another by the bytes of their names, in lower-case hexadecimal.
///
/// It depends neither on how the tensors are spread over files nor on headers and metadata. Data are read as
/// they lie in the mapped file.
package func sha256(ofTensorsIn folder: ModelFolder) throws -> String {
  try sha256(of: folder.names.map { ($0, folder) })
}

/// The SHA-256 of the tensors of several files, as if they were the shards of one model.
///
/// - Throws: `CheckpointError.tensorInTwoFiles` where two files hold a tensor of one name.
package func sha256(ofTensorsIn files: [SafetensorsFile]) throws -> String {
  var owners: [String: SafetensorsFile] = [:]
  for file in files {
    for entry in file.entries {
      if let first = owners.updateValue(file, forKey: entry.name) {
        throw CheckpointError.tensorInTwoFiles(tensor: entry.name, first: first.path, second: file.path)
      }
    }
  }
  let sorted = owners.sorted { $0.key.precedesInBytes($1.key) }
  return try sha256(of: sorted.map { ($0.key, $0.value) })
}

private func sha256(of tensors: [(name: String, source: some TensorReading)]) throws -> String {
  var hash = SHA256()
  for tensor in tensors {
    try tensor.source.withBytes(of: tensor.name) { hash.update(bufferPointer: $0) }
  }
  return hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}
