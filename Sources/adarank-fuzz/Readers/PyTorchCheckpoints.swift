import Checkpoints

/// Checkpoints as PyTorch writes them: an archive with a pickle.
struct PyTorchCheckpoints: FuzzedReader {
  let name = "checkpoint"

  func seeds() -> [Seed] {
    typealias Pickle = PickleBuilder
    let matrix = Pickle.tensor(0, count: 12, shape: [3, 4], strides: [4, 1])
    let vector = Pickle.tensor(1, type: "HalfStorage", count: 4, shape: [4], strides: [1])
    let longs = Pickle.tensor(2, type: "LongStorage", count: 2, shape: [2], strides: [1])
    let transposed = Pickle.tensor(0, count: 12, shape: [4, 3], strides: [1, 4], isFirst: false)
    let part = Pickle.tensor(0, count: 12, offset: 5, shape: [2, 2], strides: [4, 1], isFirst: false)
    let storages: [(String, [UInt8])] = [
      ("data/0", SafetensorsBuilder.Tensor("", floats: [12]).data), ("data/1", [UInt8](0..<8)),
      ("data/2", [UInt8](0..<16)),
    ]
    func seed(_ name: String, _ value: [UInt8], version: UInt8 = 2, zip64: Bool = false) -> Seed {
      let files =
        [("data.pkl", Pickle.pickle(value, version: version)), ("byteorder", Array("little".utf8))] + storages
      let members = files.map { ArchiveBuilder.Member(name: "archive/\($0.0)", data: $0.1) }
      let bytes = ArchiveBuilder(members, zip64: zip64).bytes
      return Seed(name: name, files: [SeedFile("model.pt", bytes, .checkpoint)])
    }
    let linear = Pickle.object(
      "Linear",
      [
        ("training", [0x88]), ("_parameters", Pickle.ordered([("weight", matrix), ("bias", [0x4E])])),
        ("_buffers", Pickle.ordered([("scale", vector)])), ("_modules", Pickle.ordered([])),
      ])
    let module = Pickle.object(
      "Sequential",
      [
        ("_parameters", Pickle.ordered([])), ("_buffers", Pickle.ordered([("steps", longs)])),
        ("_modules", Pickle.ordered([("first", linear)])),
      ])
    return [
      seed("state dictionary", Pickle.ordered([("a.weight", matrix), ("a.bias", vector), ("steps", longs)])),
      seed("views", Pickle.dictionary([("a", matrix), ("b", transposed), ("c", part)]), version: 4),
      seed(
        "training checkpoint",
        Pickle.dictionary([
          ("epoch", Pickle.integer(3)),
          ("state_dict", Pickle.ordered([("module.a.weight", matrix), ("module.a.bias", vector)])),
          ("optimizer", Pickle.dictionary([("lr", [0x47] + [UInt8](repeating: 1, count: 8))])),
        ]), zip64: true),
      seed("module", module),
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let path = "\(folder)/model.pt"
    let count = try FileBytes.read(path).count
    let file = try PyTorchFile(path: path)
    for entry in file.entries where entry.byteRange.lowerBound < 0 || entry.byteRange.upperBound > count {
      throw Violation("\(entry.name) lies outside the file")
    }
    var digest = Digest()
    try digest.add(file.entries.map(\.name), of: file)
    let model = try ModelFolder(path: path)
    try digest.add(model.names, of: model)
    return digest
  }
}
