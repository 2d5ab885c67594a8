import Checkpoints

/// Model folders of several weight files, and the index that says which tensor is in which.
struct ShardIndexes: FuzzedReader {
  let name = "index"

  func seeds() -> [Seed] {
    typealias Tensor = SafetensorsBuilder.Tensor
    let shards = [
      [Tensor("a.weight", floats: [2, 3]), Tensor("a.bias", floats: [2])], [Tensor("b.weight", floats: [3, 2])],
    ]
    let files = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    let places = zip(shards, files).flatMap { tensors, file in tensors.map { "    \"\($0.name)\": \"\(file)\"" } }
    let index = """
      {
        "metadata": {"total_size": 56},
        "weight_map": {
      \(places.joined(separator: ",\n"))
        }
      }

      """
    return [
      Seed(
        name: "two shards",
        files: [SeedFile("model.safetensors.index.json", index, .json)]
          + zip(files, shards).map { SeedFile($0, SafetensorsBuilder.bytes($1), .safetensors) })
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let model = try ModelFolder(path: folder)
    if let index = try FoundationJSON.object(try FileBytes.read("\(folder)/model.safetensors.index.json")) {
      guard let places = index["weight_map"] as? [String: String], Set(places.keys) == Set(model.names) else {
        throw Violation("the index names other tensors than were read")
      }
      for (tensor, file) in places where model[tensor]?.path != "\(folder)/\(file)" {
        throw Violation("\(tensor) was read from another file than \(file)")
      }
    }
    var digest = Digest()
    try digest.add(model.names, of: model)
    return digest
  }
}
