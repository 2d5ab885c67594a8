import Foundation
import Merging
import Synchronization

/// What runs begin with: the checkpoint of an unfinished one, and what another has learnt.
struct RunFiles: FuzzedReader {
  let name = "run"

  private static let record = """
    {"format": 1, "version": "1.2.3", "blas": "Zen", "run": "a", "step": 2, "settings": {"steps": "4"},
     "inputs": {"base model.safetensors": "c0ffee"}, "exchange": "dense", "nodes": 1, "adapt_seconds": 1.5,
     "watch": {"expert_entropies": [0.5], "expert_labels": [[0, 2]], "collapsed": [], "last_good_step": 0,
      "collapses": [{"task": "task", "step": 1, "reason": "none"}], "looks": []}}
    """

  func seeds() throws -> [Seed] {
    let files =
      try TinyModel.clip.files() + [
        SeedFile("model/head.safetensors", TinyModel.head, nil),
        SeedFile("inputs.safetensors", TinyModel.pictures, nil),
      ]
    // The layout depends on the models, which have to be opened for it.
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-fuzz-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SeedFolders.write(Seed(name: "models", files: files), to: folder)
    let collection = try Collection(opening: TinyModel.request(in: folder, inputs: "inputs.safetensors"))
    let layout = StateLayout(collection, heads: [])
    let state = collection.tensors.filter { $0.place != nil && $0.role != .frozen }.flatMap { tensor in
      [SafetensorsBuilder.Tensor("coefficients.\(tensor.name)", floats: [1])]
        + (tensor.role == .masked
          ? [SafetensorsBuilder.Tensor("logits.\(tensor.name)", floats: [1, tensor.componentCount])] : [])
    }
    return [
      Seed(
        name: "run",
        files: files + [
          SeedFile("checkpoint.safetensors", Self.checkpoint(Array(Self.record.utf8), layout), .safetensors),
          SeedFile("record.json", Self.record, .json),
          SeedFile(
            "state.safetensors",
            SafetensorsBuilder.bytes(state, metadata: [("format", "pt"), ("tasks", #"[\"task\"]"#)]), .safetensors),
        ])
    ]
  }

  /// A checkpoint with any record, and the digest that belongs to it.
  private static func checkpoint(_ record: [UInt8], _ layout: StateLayout) -> [UInt8] {
    func tensor(_ name: String, _ shape: [Int]) -> SafetensorsBuilder.Tensor {
      let count = shape.reduce(1, *)
      return SafetensorsBuilder.Tensor(name, "F64", shape, (0..<count).flatMap { little((Double($0) / 3).bitPattern) })
    }
    let tensors = [tensor("losses", [2, 1])] + layout.entries.map { tensor($0.name, $0.shape) }
    let text = String(decoding: record, as: UTF8.self)
    let literal = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\0"..<" ": "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: String(scalar)
      }
    }.joined()
    return SafetensorsBuilder.bytes(
      tensors, metadata: [("adarank_run", literal), ("sha256", sha256([Array(text.utf8)] + tensors.map(\.data)))])
  }

  /// The models of a folder, which never change: they are opened once.
  private static func collection(in folder: String) throws -> Merging.Collection {
    try opened.withLock { opened in
      if let known = opened[folder] { return known }
      let collection = try Collection(opening: TinyModel.request(in: folder, inputs: "inputs.safetensors"))
      opened[folder] = collection
      return collection
    }
  }

  private static let opened = Mutex<[String: Merging.Collection]>([:])

  /// Everything is read, whatever is wrong with one part; the first error is the one.
  func read(_ folder: String) throws -> Digest {
    let collection = try Self.collection(in: folder)
    let layout = StateLayout(collection, heads: [])
    let wrapped = "\(folder)/wrapped.safetensors"
    let bytes = Self.checkpoint(try FileBytes.read("\(folder)/record.json"), layout)
    try Data(bytes).write(to: URL(fileURLWithPath: wrapped))
    var digest = Digest()
    var problems: [any Error] = []
    for path in ["\(folder)/checkpoint.safetensors", wrapped] {
      do {
        let checkpoint = try RunCheckpoint(path, layout: layout, tasks: 1)
        guard checkpoint.numbers.count == layout.count, checkpoint.losses.count == checkpoint.record.step,
          try RunCheckpoint.record(path) == checkpoint.record
        else { throw Violation("the checkpoint's numbers are not those of its steps") }
        if let watch = checkpoint.record.watch {
          guard watch.expertEntropies.count == 1, watch.looks.allSatisfy({ $0.probes.count == 1 }) else {
            throw Violation("the checkpoint's record is not of one task")
          }
        }
        digest.add("\(checkpoint.record.run) \(checkpoint.record.settings.count) \(checkpoint.losses)")
        checkpoint.numbers.withUnsafeBytes { digest.add($0) }
      } catch { problems.append(error) }
    }
    do {
      let numbers = try InitialState(path: "\(folder)/state.safetensors").numbers(layout, collection)
      guard numbers.count == layout.count else { throw Violation("the state has \(numbers.count) numbers") }
      numbers.withUnsafeBytes { digest.add($0) }
    } catch { problems.append(error) }
    if let problem = problems.first(where: { $0 is Violation }) ?? problems.first { throw problem }
    return digest
  }
}
