import Checkpoints

extension Digest {
  /// Adds all tensors of a file or folder, with their elements as they are and as they are read.
  ///
  /// - Parameter names: the tensors.
  mutating func add(_ names: [String], of reader: some TensorReading) throws {
    for name in names {
      let entry = try reader.entry(name)
      add(entry.name)
      add("\(entry.elementType) \(entry.shape)")
      try reader.withBytes(of: name) { bytes throws in
        guard bytes.count == entry.byteCount else { throw Violation("\(name) has \(bytes.count) bytes") }
        add(bytes)
      }
      if entry.elementType.isFloatingPoint {
        let tensor = try reader.tensor(name)
        guard tensor.elements.count == entry.elementCount else { throw Violation("\(name) lacks elements") }
        tensor.elements.withUnsafeBytes { add($0) }
        if !tensor.shape.isEmpty { add("\(tensor.rows) × \(tensor.columns)") }
      } else {
        // An integer that exceeds Int is an error by itself, and leaves the other tensors readable.
        do { add(try reader.readIntegers(name, elements: 0..<entry.elementCount).count) } catch { add("\(error)") }
      }
    }
  }
}
