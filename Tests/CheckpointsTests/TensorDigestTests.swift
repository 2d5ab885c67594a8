import Testing

@testable import Checkpoints

@Suite struct TensorDigestTests {
  let scratch: ScratchFolder

  /// The SHA-256 of "abc". Source: FIPS 180-2, appendix B.1.
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  init() throws { scratch = try ScratchFolder() }

  private func write(_ tensors: [(String, ElementType, [UInt8])], as name: String) throws -> SafetensorsFile {
    let path = "\(scratch.path)/\(name)"
    let named = tensors.map { name, type, bytes in
      NamedTensor(name: name, elementType: type, shape: [bytes.count / type.byteWidth], bytes: bytes)
    }
    try SafetensorsWriter.writeFile(path, tensors: named)
    return try SafetensorsFile(path: path)
  }

  @Test func knownValues() throws {
    // In the file, b comes before a: it is wider.
    let file = try write([("a", .u8, [0x61]), ("b", .i16, [0x62, 0x63])], as: "model.safetensors")
    #expect(file.entries.map(\.name) == ["b", "a"])
    #expect(try sha256(ofTensorsIn: try ModelFolder(path: scratch.path)) == abc)
    let empty = try write([], as: "empty.safetensors")
    #expect(
      try sha256(ofTensorsIn: try ModelFolder(path: empty.path))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func shardsDoNotMatter() throws {
    _ = try write([("b", .u8, [0x62]), ("empty", .f32, [])], as: "1.safetensors")
    _ = try write([("a", .u8, [0x61]), ("c", .u8, [0x63])], as: "2.safetensors")
    _ = try scratch.write(
      """
      {"weight_map": {"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors", "empty": "1.safetensors"}}
      """, as: "model.safetensors.index.json")
    #expect(try sha256(ofTensorsIn: try ModelFolder(path: scratch.path)) == abc)
  }
}
