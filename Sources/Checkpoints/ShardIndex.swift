/// Which file of a sharded model holds which tensor: `model.safetensors.index.json`.
///
///     {"metadata": {"total_size": 1234}, "weight_map": {"NAME": "model-00001-of-00002.safetensors"}}
struct ShardIndex: Equatable, Sendable {
  /// One tensor and the name of its file.
  struct Placement: Equatable, Sendable {
    let tensor: String
    let file: String
  }

  let placements: [Placement]

  /// The names of the files, each once, by their bytes.
  var files: [String] {
    Set(placements.map(\.file)).sorted { $0.precedesInBytes($1) }
  }

  /// - Parameter path: the index file, for messages.
  /// - Throws: `CheckpointError` where it is no index, or leads out of its folder.
  init(parsing text: [UInt8], path: String) throws(CheckpointError) {
    let root = try JSONValue(parsing: text, path: path)
    guard case .object = root else { throw .notAnObject(path: path) }
    guard case .object(let members) = root["weight_map"] else { throw .noWeightMap(path: path) }
    guard !members.isEmpty else { throw .noTensorsInIndex(path: path) }
    var placements: [Placement] = []
    for member in members {
      guard case .string(let file) = member.value, Self.staysInFolder(file) else {
        throw .badShardName(path: path, tensor: member.name)
      }
      placements.append(Placement(tensor: member.name, file: file))
    }
    self.placements = placements
  }

  init(placements: [Placement]) {
    self.placements = placements
  }

  /// The index as a file, tensors by the bytes of their names.
  ///
  /// - Parameter totalByteCount: the size of all tensors.
  func json(totalByteCount: Int) -> String {
    let sorted = placements.sorted { $0.tensor.precedesInBytes($1.tensor) }
    let lines = sorted.map { "    \($0.tensor.jsonLiteral): \($0.file.jsonLiteral)" }
    return """
      {
        "metadata": {
          "total_size": \(totalByteCount)
        },
        "weight_map": {
      \(lines.joined(separator: ",\n"))
        }
      }

      """
  }

  private static func staysInFolder(_ file: String) -> Bool {
    !["", ".", ".."].contains(file) && !file.utf8.contains(UInt8(ascii: "/")) && !file.utf8.contains(0)
  }
}
