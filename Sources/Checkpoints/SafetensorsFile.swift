/// A safetensors file, mapped into memory and checked.
///
/// A full check of the header costs no reading of data. The descriptor is closed again at once, so that many
/// shards of many models can be open together.
package struct SafetensorsFile: TensorFile {
  package let path: String
  /// The tensors in the order of their data.
  package let entries: [TensorEntry]
  package let metadata: [String: String]

  private let indices: [String: Int]
  private let file: MappedFile
  private let counter: ReadCounter?

  /// - Parameter counter: what is told of every tensor read.
  /// - Throws: `CheckpointError` where the file cannot be read or is not as the format wants it.
  package init(path: String, counter: ReadCounter? = nil) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    let header = try file.withBytes { bytes throws(CheckpointError) in
      try SafetensorsHeader(parsing: bytes, path: path)
    }
    self.path = path
    self.entries = header.entries
    self.metadata = header.metadata
    self.indices = Dictionary(uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
    self.file = file
    self.counter = counter
  }

  package subscript(name: String) -> TensorEntry? {
    indices[name].map { entries[$0] }
  }

  package func prefetch(_ name: String) {
    if let entry = self[name] { file.prefetch(entry.byteRange) }
  }

  package func withBytes<Result>(
    of name: String, elements: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let entry = try entry(name)
    counter?.record(entry)
    return try file.withBytes {
      let bytes = UnsafeRawBufferPointer(rebasing: $0[entry.byteRange])
      return try body(UnsafeRawBufferPointer(rebasing: bytes[entry.byteOffsets(of: elements)]))
    }
  }
}
