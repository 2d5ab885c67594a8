extension SafetensorsHeader {
  /// The first bytes of a file: the header's length, and the header padded with spaces to a multiple of 8.
  ///
  /// - Parameter tensors: in the order of their data.
  /// - Parameter path: the file, for messages.
  static func encode(
    _ tensors: [TensorDescription], metadata: [String: String], path: String
  ) throws(CheckpointError) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.precedesInBytes($1.key) }
      let strings = pairs.map { "\($0.key.jsonLiteral):\($0.value.jsonLiteral)" }
      members.append("\(metadataName.jsonLiteral):{\(strings.joined(separator: ","))}")
    }
    var names: Set<String> = []
    var begin = 0
    for tensor in tensors {
      guard tensor.name != metadataName else { throw .reservedName(path: path) }
      guard names.insert(tensor.name).inserted else { throw .duplicateName(path: path, name: tensor.name) }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = begin + tensor.byteCount
      members.append(
        tensor.name.jsonLiteral
          + #":{"dtype":"\#(tensor.elementType.rawValue)","shape":[\#(shape)],"data_offsets":[\#(begin),\#(end)]}"#)
      begin = end
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -header.count & 7))
    guard header.count <= maximumLength else { throw .headerTooLong(path: path, length: UInt64(header.count)) }
    return withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header
  }
}
