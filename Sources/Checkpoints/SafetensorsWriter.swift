import Synchronization

/// Writes one safetensors file, tensor by tensor, without ever holding it in memory.
///
/// All names, types and shapes are known beforehand: the header comes first. Data follow in an order in which
/// each tensor is aligned to the width of its elements, the reference implementation's for files of one type.
package final class SafetensorsWriter: Sendable {
  private struct Progress: ~Copyable {
    var file: OutputFile
    /// The tensor that is being written, as an index in the order of the data.
    var index = 0
    /// How many of its bytes are written.
    var written = 0
  }

  package let path: String
  /// The tensors in the order in which they must be written: wider elements first, then by the bytes of
  /// their names.
  package let tensors: [TensorDescription]

  private let progress: Mutex<Progress>

  /// Creates the file, or empties it where it exists, and writes the header.
  ///
  /// - Parameter tensors: in any order.
  /// - Throws: `CheckpointError` where the file cannot be written, or a name occurs twice.
  package init(path: String, tensors: [TensorDescription], metadata: [String: String] = [:]) throws(CheckpointError) {
    let sorted = tensors.sorted { $0.precedesInData($1) }
    let header = try SafetensorsHeader.encode(sorted, metadata: metadata, path: path)
    var file = try OutputFile(path: path)
    try header.span.bytes.withUnsafeBytes { bytes throws(CheckpointError) in try file.append(bytes) }
    self.path = path
    self.tensors = sorted
    progress = Mutex(Progress(file: file))
  }

  /// Writes a tensor, or the next piece of one.
  ///
  /// - Parameter bytes: consecutive pieces, whose sizes add up to the tensor's.
  /// - Throws: `CheckpointError` where it is not this tensor's turn, where there are more bytes than it has,
  ///   or where the system cannot write them.
  package func write(_ name: String, bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    try progress.withLock { progress throws(CheckpointError) in
      skipComplete(&progress, upTo: name)
      guard progress.index < tensors.count, tensors[progress.index].name == name else {
        let expected = progress.index < tensors.count ? tensors[progress.index].name : nil
        throw .wroteOutOfOrder(path: path, tensor: name, expected: expected)
      }
      let byteCount = tensors[progress.index].byteCount
      guard bytes.count <= byteCount - progress.written else {
        throw .wroteTooMuch(path: path, tensor: name, byteCount: byteCount)
      }
      try progress.file.append(bytes)
      progress.written += bytes.count
    }
  }

  /// Checks that every tensor is complete, and waits until the disk has everything. Tensors without elements
  /// need not have been written.
  ///
  /// - Parameter waitsForDisk: whether to wait.
  /// - Throws: `CheckpointError` where something is missing, or the system cannot write it.
  package func finish(waitsForDisk: Bool = true) throws(CheckpointError) {
    try progress.withLock { progress throws(CheckpointError) in
      skipComplete(&progress, upTo: nil)
      guard progress.index == tensors.count else {
        let tensor = tensors[progress.index]
        throw .incomplete(path: path, tensor: tensor.name, written: progress.written, byteCount: tensor.byteCount)
      }
      try progress.file.finish(waitsForDisk: waitsForDisk)
    }
  }

  /// Goes on to the next tensor, as long as one is complete and is not the one called `name`.
  private func skipComplete(_ progress: inout Progress, upTo name: String?) {
    while progress.index < tensors.count, tensors[progress.index].name != name,
      tensors[progress.index].byteCount == progress.written
    {
      progress.index += 1
      progress.written = 0
    }
  }
}
