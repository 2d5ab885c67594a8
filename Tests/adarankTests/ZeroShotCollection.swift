import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport

/// Models for tasks whose heads class names make: a small CLIP, its vision tower changed at random, and random pictures.
struct ZeroShotCollection {
  static let classes = ["land": ["crop land", "forest", "river", "café"], "shapes": ["circle", "square", "star"]]
  static let tasks = classes.keys.sorted()

  let base = Fixtures.path("zeroshot/base")
  private let folder: ScratchFolder

  /// Writes models and inputs into a folder.
  init(in folder: ScratchFolder) throws {
    self.folder = folder
    for (place, task) in Self.tasks.enumerated() {
      var source = RandomSource(seed: UInt64(40 + place))
      _ = try editedSafetensors("\(base)/model.safetensors", in: folder, as: "\(task)/model.safetensors") { tensors in
        tensors = tensors.filter { $0.description.name.hasPrefix("vis") }.map { tensor in
          var floats = tensor.bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
          for index in floats.indices { floats[index] += 0.3 * source.float() }
          return NamedTensor(
            name: tensor.description.name, tensor: Tensor(shape: tensor.description.shape, elements: floats))
        }
      }
      let (count, classes) = (30, Self.classes[task]!.count)
      let pixels = (0..<count * 8 * 8 * 3).map { _ in UInt8(truncatingIfNeeded: source.next()) }
      try SafetensorsWriter.writeFile(
        "\(folder.path)/\(task)/inputs.safetensors",
        tensors: [
          NamedTensor(name: "images", elementType: .u8, shape: [count, 8, 8, 3], bytes: pixels),
          NamedTensor(name: "labels", integers: (0..<count).map { Int64($0 % classes) }, shape: [count]),
        ])
    }
  }

  func yaml(_ method: String, _ parameters: [String] = []) -> String {
    let models = Self.tasks.map { task in
      """
        - model: \(folder.path)/\(task)
          task: \(task)
          classes: \(Self.classes[task]!)
          templates: ["a photo of a {}.", "a {}"]
          adapt: \(folder.path)/\(task)/inputs.safetensors
          evaluate: \(folder.path)/\(task)/inputs.safetensors
      """
    }
    let lines = parameters.isEmpty ? [] : ["parameters:"] + parameters.map { "  \($0)" }
    return (["merge_method: \(method)", "base_model: \(base)", "models:"] + models + lines)
      .joined(separator: "\n") + "\n"
  }
}
