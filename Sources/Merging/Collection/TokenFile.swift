import Checkpoints

/// Texts as tokens in a safetensors file that stays mapped: `input_ids` [N, L], padded on the right, `attention_mask` [N, L]
/// (all ones where there is none) and `token_type_ids` [N, L] (all zeros where there is none).
struct TokenFile: TextSource {
  let file: SafetensorsFile
  let count: Int
  /// L.
  private let length: Int

  var path: String { file.path }

  /// - Throws: `CheckpointError`; `InputError` where the file holds no texts.
  init(path: String) throws {
    file = try SafetensorsFile(path: path)
    guard let entry = file["input_ids"] else {
      let names = file.entries.map { "'\($0.name)'" }.joined(separator: ", ")
      throw InputError([
        "\(path) holds no texts: no 'input_ids' (I64 [N, L]), but \(names.isEmpty ? "nothing" : names)"
      ])
    }
    guard !entry.elementType.isFloatingPoint, entry.shape.count == 2, !entry.shape.contains(0) else {
      throw InputError([
        "\(path): 'input_ids' is \(entry.elementType.rawValue) \(entry.shape); it must be whole numbers [N, L]"
      ])
    }
    (count, length) = (entry.shape[0], entry.shape[1])
    for name in ["attention_mask", "token_type_ids"] {
      guard let other = file[name] else { continue }
      guard !other.elementType.isFloatingPoint, other.shape == entry.shape else {
        throw InputError([
          "\(path): '\(name)' is \(other.elementType.rawValue) \(other.shape), but 'input_ids' has shape \(entry.shape)"
        ])
      }
    }
  }

  func encoding(_ index: Int) throws -> (words: [Int], types: [Int]) {
    func row(_ name: String) throws -> [Int]? {
      try file[name].map { _ in try file.readIntegers(name, elements: index * length..<(index + 1) * length) }
    }
    let words = try row("input_ids")!
    let mask = try row("attention_mask")
    let own = mask.map { $0.prefix { $0 != 0 }.count } ?? length
    if let mask, mask.dropFirst(own).contains(where: { $0 != 0 }) {
      throw InputError([
        "\(path): text \(index) is not padded on the right: its 'attention_mask' must be ones, then zeros"
      ])
    }
    return (Array(words.prefix(own)), try row("token_type_ids").map { Array($0.prefix(own)) } ?? [])
  }

  func name(_ index: Int) -> String { "text \(index)" }
}
