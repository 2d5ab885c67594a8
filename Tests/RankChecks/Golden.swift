import Checkpoints
import Foundation

/// The golden values of a family, computed in float64 with autograd by an independent implementation.
struct Golden {
  private let folder: String
  private let info: [String: Any]

  init(family: String, fixtures: String) throws {
    folder = "\(fixtures)/\(family)/golden"
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/info.json"))
    info = try JSONSerialization.jsonObject(with: data) as! [String: Any]
  }

  /// The tensors of a file, by name; nil where there is no such file.
  func tensors(_ name: String) throws -> [String: [Float]]? {
    let path = "\(folder)/\(name).safetensors"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let file = try SafetensorsFile(path: path)
    return Dictionary(
      uniqueKeysWithValues: try file.entries.map { ($0.name, try file.tensor($0.name).elements) })
  }

  /// The loss of each task, a row per step.
  func losses(_ run: String) -> [[Double]] { (info[run] as! [String: Any])["entropy_per_task"] as! [[Double]] }
}

/// Whether a tensor's coefficient has a gradient of exactly zero, so that it moves on rounding noise: softmax ignores a
/// key projection's bias.
func isKeyBias(_ name: String) -> Bool {
  name.hasSuffix("k_proj.bias") || name.hasSuffix("self.key.bias")
}
