import Foundation
import Merging

/// Inputs, labels and heads of tasks, read as a merge reads them before it begins: tables of texts, tokens, pixels.
struct TaskInputFiles: FuzzedReader {
  let name = "inputs"

  func seeds() throws -> [Seed] {
    typealias Tensor = SafetensorsBuilder.Tensor
    let tokenizer = TokenizerSeeds.wordPieces.files.prefix(2).map { SeedFile("base/\($0.name)", $0.bytes, nil) }
    let texts = try TinyModel.bert.files() + tokenizer
    let pictures =
      try TinyModel.clip.files() + [SeedFile("model/head.safetensors", TinyModel.head, .safetensors)]
    let tokens = SafetensorsBuilder.bytes([
      Tensor("input_ids", integers: [2, 5, 3, 2, 3, 0], [2, 3]),
      Tensor("attention_mask", integers: [1, 1, 1, 1, 1, 0], [2, 3]),
      Tensor("token_type_ids", integers: [0, 0, 0, 0, 1, 0], [2, 3]), Tensor("labels", integers: [0, 2], [2]),
    ])
    let numbers = SafetensorsBuilder.bytes([
      Tensor("labels", integers: [1], [1]), Tensor("pixel_values", floats: [1, 3, 4, 4]),
    ])
    let tsv = "idx\tsentence\tlabel\n0\tgood a\t0\n1\tbad \"b\"s\tyes\n2\té\t2\n"
    let pairs = "sentence1\tsentence2\tlabel\r\ngood\tbad\t1\r\nbadness\tgood.\t0\r\n"
    let json = #"{"text": "good a", "label": 0}"# + "\n" + #"{"label": "yes", "text": "b\u00e9", "id": 7}"# + "\n\n"
    return [
      Seed(name: "TSV", files: texts + [SeedFile("inputs.tsv", tsv, .table)]),
      Seed(name: "pairs in TSV", files: texts + [SeedFile("inputs.tsv", pairs, .table)]),
      Seed(name: "JSONL", files: texts + [SeedFile("inputs.jsonl", json, .jsonLines)]),
      Seed(name: "tokens", files: texts + [SeedFile("inputs.safetensors", tokens, .safetensors)]),
      Seed(
        name: "bytes of pictures", files: pictures + [SeedFile("inputs.safetensors", TinyModel.pictures, .safetensors)]),
      Seed(name: "numbers of pictures", files: pictures + [SeedFile("inputs.safetensors", numbers, .safetensors)]),
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let inputs = ["inputs.tsv", "inputs.jsonl", "inputs.safetensors"]
      .first { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }!
    let request = TinyModel.request(in: folder, inputs: inputs)
    let collection = try Collection(opening: request)
    guard let encoder = collection.encoder else { throw Violation("the base has no forward pass") }
    var digest = Digest()
    digest.add("\(collection.tensors.count) \(collection.notes)")
    let head = try TaskHead(path: TaskHead.path(of: request.models[0], encoder), encoder).read(encoder)
    digest.add(head.classCount)
    head.weight.elements.withUnsafeBytes { digest.add($0) }
    return digest
  }
}
