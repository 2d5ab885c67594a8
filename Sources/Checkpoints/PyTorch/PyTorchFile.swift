/// A checkpoint as `torch.save` writes it since PyTorch 1.6, mapped into memory and checked.
///
/// It is a ZIP archive, all of whose files lie in one folder of any name:
///
///     NAME/data.pkl     a pickle of the saved value, which refers to the storages of its tensors
///     NAME/data/KEY     the elements of one storage
///     NAME/byteorder    "little" or "big"; little where it is missing
///
/// Nothing of the pickle is run, and of the elements nothing is read until they are asked for. Those of a tensor
/// that is a view, such as a transposed one, are gathered at each access; all others are lent as they lie.
///
/// Not covered: files of PyTorch before 1.6, TorchScript, big-endian files, tensors that are sparse, quantised, complex,
/// of eight-bit floating point, or expanded to more elements than their storage has; one of these refuses the file.
///
/// Source: PyTorch, "Serialization semantics" (docs/source/notes/serialization.rst).
package struct PyTorchFile: TensorFile {
  package let path: String
  /// The tensors in the order in which their data begin; tied ones by the bytes of their names.
  package let entries: [TensorEntry]

  private let indices: [String: Int]
  /// The layouts of those tensors whose elements do not follow one another.
  private let views: [String: StridedLayout]
  private let file: MappedFile
  private let counter: ReadCounter?

  /// - Parameter counter: what is told of every tensor read.
  /// - Throws: `CheckpointError` where the file cannot be read or is no checkpoint.
  package init(path: String, counter: ReadCounter? = nil) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    let placements = try file.withBytes { bytes throws(CheckpointError) in
      try PyTorchArchive(bytes, path: path).placements()
    }
    self.path = path
    self.file = file
    self.counter = counter
    entries = placements.map(\.entry).sorted {
      let (begin, otherBegin) = ($0.byteRange.lowerBound, $1.byteRange.lowerBound)
      return begin == otherBegin ? $0.name.precedesInBytes($1.name) : begin < otherBegin
    }
    indices = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    views = Dictionary(
      uniqueKeysWithValues: placements.filter { !$0.layout.isContiguous }.map { ($0.entry.name, $0.layout) })
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
    return try file.withBytes { bytes in
      let extent = UnsafeRawBufferPointer(rebasing: bytes[entry.byteRange])
      let wanted = entry.byteOffsets(of: elements)
      guard let layout = views[name] else { return try body(UnsafeRawBufferPointer(rebasing: extent[wanted])) }
      let width = entry.elementType.byteWidth
      let gathered = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted.count, alignment: width)
      defer { gathered.deallocate() }
      layout.gather(elements, width: width, from: extent, into: gathered)
      return try body(UnsafeRawBufferPointer(gathered))
    }
  }
}
