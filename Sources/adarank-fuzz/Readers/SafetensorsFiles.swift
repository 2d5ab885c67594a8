import Checkpoints

/// Headers and data of safetensors files: weights, heads, inputs, what a merge has learnt.
struct SafetensorsFiles: FuzzedReader {
  let name = "safetensors"

  func seeds() -> [Seed] {
    typealias Tensor = SafetensorsBuilder.Tensor
    func seed(_ name: String, _ bytes: [UInt8]) -> Seed {
      Seed(name: name, files: [SeedFile("file.safetensors", bytes, .safetensors)])
    }
    let types = [
      ("F64", 8), ("F16", 2), ("BF16", 2), ("I32", 4), ("I16", 2), ("I8", 1), ("U64", 8), ("U16", 2), ("BOOL", 1),
    ]
    return [
      seed("empty", SafetensorsBuilder.bytes([])),
      seed("weights", SafetensorsBuilder.bytes([Tensor("a.weight", floats: [4, 3]), Tensor("a.bias", floats: [4])])),
      seed(
        "types",
        SafetensorsBuilder.bytes(
          types.map { type, width in
            Tensor(type, type, [3, 2], (0..<6 * width).map { UInt8($0 * 41 % 128) })
          }, padding: false)),
      seed(
        "shapes",
        SafetensorsBuilder.bytes(
          [
            Tensor("none", floats: [0, 7]), Tensor("scalar", floats: []), Tensor("long", floats: [1, 1, 5, 1]),
            Tensor("none again", floats: [3, 0]),
          ], metadata: [("format", "pt")])),
      seed(
        "inputs",
        SafetensorsBuilder.bytes([
          Tensor("input_ids", integers: [2, 5, 3, 2, 6, 3], [2, 3]), Tensor("labels", integers: [0, 1], [2]),
          Tensor("images", "U8", [2, 2, 2, 3], [UInt8](0..<24)),
        ])),
      seed(
        "state",
        SafetensorsBuilder.bytes(
          [Tensor("coefficients.a.weight", floats: [2]), Tensor("logits.a.weight", floats: [2, 3])],
          metadata: [("format", "pt"), ("tasks", #"[\"alpha\",\"beta\"]"#)])),
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let path = "\(folder)/file.safetensors"
    let file = try SafetensorsFile(path: path)
    try SafetensorsRules.check(try FileBytes.read(path), against: file.entries)
    var digest = Digest()
    for (key, value) in file.metadata.sorted(by: { $0.key < $1.key }) { digest.add("\(key)=\(value)") }
    try digest.add(file.entries.map(\.name), of: file)
    digest.add(try ModelFolder(path: path).names.count)
    return digest
  }
}
