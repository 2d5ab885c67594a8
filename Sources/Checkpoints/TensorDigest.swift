import Crypto

/// The SHA-256 of all tensors' bytes, one after another by the bytes of their names, in lower-case hexadecimal.
///
/// It depends neither on how the tensors are spread over files nor on headers and metadata. Data are read as
/// they lie in the mapped file.
package func sha256(ofTensorsIn folder: ModelFolder) throws -> String {
  var hash = SHA256()
  for name in folder.names {
    try folder.withBytes(of: name) { hash.update(bufferPointer: $0) }
  }
  return hash.finalize().hexadecimal
}
