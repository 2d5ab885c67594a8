/// The header of a safetensors file: what tensors it holds and where their data lies.
///
/// A file is the length of the header as a little-endian U64, the header, and the data. The header is a JSON
/// object, padded with spaces; each member is a tensor:
///
///     "NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
///
/// Offsets count from the end of the header. The tensors' data fill all that follows without gap or overlap.
/// A member `__metadata__` maps strings to strings.
///
/// Source: https://github.com/huggingface/safetensors, README, section "Format".
package struct SafetensorsHeader: Equatable, Sendable {
  /// The most bytes a header may have, here and in the reference implementation.
  package static let maximumLength = 100_000_000

  static let metadataName = "__metadata__"

  /// The tensors in the order of their data.
  package let entries: [TensorEntry]
  package let metadata: [String: String]

  /// Reads and checks the header of a file.
  ///
  /// - Parameter file: all bytes of the file; of the data only the length is used.
  /// - Parameter path: the file, for messages.
  package init(parsing file: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
    guard file.count >= 8 else { throw .tooShort(path: path, byteCount: file.count) }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(Self.maximumLength) else { throw .headerTooLong(path: path, length: length) }
    guard length <= UInt64(file.count - 8) else {
      throw .headerPastEnd(path: path, length: length, available: file.count - 8)
    }
    let dataStart = 8 + Int(length)
    let root = try JSONValue(parsing: Array(file[8..<dataStart]), path: path)
    guard case .object(let members) = root, file[8] == UInt8(ascii: "{") else { throw .notAnObject(path: path) }

    var metadata: [String: String] = [:]
    var extents: [Extent] = []
    for member in members {
      if member.name == Self.metadataName {
        metadata = try Self.metadata(member.value, path: path)
      } else {
        extents.append(try Extent(member, path: path))
      }
    }
    extents.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    try Self.checkThatExtentsFill(file.count - dataStart, extents, path: path)
    self.metadata = metadata
    self.entries = extents.map {
      TensorEntry(description: $0.description, byteRange: dataStart + $0.begin..<dataStart + $0.end, path: path)
    }
  }

  private static func metadata(_ value: JSONValue, path: String) throws(CheckpointError) -> [String: String] {
    guard case .object(let members) = value else { throw .metadataNotStrings(path: path) }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else { throw .metadataNotStrings(path: path) }
      metadata[member.name] = text
    }
    return metadata
  }

  /// Checks that the extents start at 0, touch one another, and end with the data.
  ///
  /// - Parameter extents: sorted by beginning, then end, so that empty tensors come before what they touch.
  private static func checkThatExtentsFill(
    _ available: Int, _ extents: [Extent], path: String
  ) throws(CheckpointError) {
    var previous: Extent?
    for extent in extents {
      let tensor = extent.description.name
      let expected = previous?.end ?? 0
      if previous == nil, extent.begin > 0 {
        throw .dataDoesNotStartAtZero(path: path, tensor: tensor, begin: extent.begin)
      }
      if extent.begin > expected { throw .gap(path: path, tensor: tensor, count: extent.begin - expected) }
      if let previous, extent.begin < expected {
        throw .overlap(path: path, tensor: tensor, other: previous.description.name)
      }
      if extent.end - extent.begin != extent.description.byteCount {
        throw .sizeMismatch(path: path, description: extent.description, found: extent.end - extent.begin)
      }
      if extent.end > available {
        throw .truncated(path: path, tensor: tensor, end: extent.end, available: available)
      }
      previous = extent
    }
    let trailing = available - (previous?.end ?? 0)
    if trailing > 0 { throw .trailingBytes(path: path, count: trailing) }
  }
}

/// A tensor and where its data should lie, in bytes from the end of the header.
private struct Extent {
  let description: TensorDescription
  let begin: Int
  let end: Int

  /// - Throws: `CheckpointError` where the entry by itself is wrong; its size is not compared.
  init(_ member: JSONValue.Member, path: String) throws(CheckpointError) {
    let tensor = member.name
    guard case .object = member.value else { throw .entryNotAnObject(path: path, tensor: tensor) }

    guard let type = member.value["dtype"] else { throw .entryLacks(path: path, tensor: tensor, key: "dtype") }
    guard case .string(let typeName) = type, let elementType = ElementType(rawValue: typeName) else {
      var found = "not a string"
      if case .string(let typeName) = type { found = typeName }
      throw .unknownElementType(path: path, tensor: tensor, elementType: found)
    }

    guard let list = member.value["shape"] else { throw .entryLacks(path: path, tensor: tensor, key: "shape") }
    guard let shape = list.nonNegativeIntegers else { throw .badShape(path: path, tensor: tensor) }
    guard elementType.byteCount(shape: shape) != nil else {
      throw .sizeOverflows(path: path, tensor: tensor, shape: shape)
    }

    guard let pair = member.value["data_offsets"] else {
      throw .entryLacks(path: path, tensor: tensor, key: "data_offsets")
    }
    guard let offsets = pair.nonNegativeIntegers, offsets.count == 2 else {
      throw .badOffsets(path: path, tensor: tensor)
    }
    guard offsets[0] <= offsets[1] else {
      throw .offsetsOutOfOrder(path: path, tensor: tensor, begin: offsets[0], end: offsets[1])
    }
    description = TensorDescription(name: tensor, elementType: elementType, shape: shape)
    (begin, end) = (offsets[0], offsets[1])
  }
}
