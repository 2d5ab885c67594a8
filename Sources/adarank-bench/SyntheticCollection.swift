import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Merging
import Transformers

/// Models of real size with made-up weights, on disk like anybody's.
///
///     <folder>/<architecture>/base, task-00, task-01, …     each with what a merge of them needs
struct SyntheticCollection {
  let architecture: Architecture
  let taskCount: Int
  let folder: String

  init(_ options: ModelOptions) {
    architecture = options.model
    taskCount = options.tasks
    folder = "\(options.scratch)/\(options.model.rawValue)"
  }

  private static let classes = 50
  private static let inputs = 64

  /// Writes what is missing. Collective.
  func prepare(job: Job, pool: WorkerPool) throws {
    _ = try job.onCoordinator {
      let encoder = architecture.encoder
      let missing = (-1..<taskCount).filter { !FileManager.default.fileExists(atPath: weights($0)) }
      try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
      try architecture.configuration.write(to: URL(filePath: "\(base)/config.json"))
      try pool.run(missing.count) { index, _ in try write(missing[index], encoder) }
    }
  }

  var base: String { model(-1) }

  /// A task's folder; the base's for −1.
  func model(_ task: Int) -> String { task < 0 ? "\(folder)/base" : "\(folder)/task-\(task < 10 ? "0" : "")\(task)" }

  private func weights(_ task: Int) -> String { "\(model(task))/model.safetensors" }

  /// A request to merge them.
  func request(_ method: MergeMethod) -> MergeRequest {
    MergeRequest(
      method: method, base: base,
      models: (0..<taskCount).map { task in
        ModelSource(
          model: model(task), task: "task-\(task)", head: "\(model(task))/head.safetensors",
          adapt: "\(model(task))/adapt.safetensors")
      })
  }

  private func write(_ task: Int, _ encoder: Encoder) throws {
    try FileManager.default.createDirectory(atPath: model(task), withIntermediateDirectories: true)
    if task >= 0 {
      try writeInputs(task, encoder)
      try writeHead(task, encoder)
    }
    let tensors = encoder.layout.parameters.enumerated().map { index, parameter in
      var random = FastRandom(seed: UInt64(index))
      var elements = [Float](repeating: 0, count: parameter.count)
      // Near one where a normalisation multiplies, else so that products neither grow nor vanish.
      let centre: Float = parameter.shape.count == 1 && parameter.name.hasSuffix("weight") ? 1 : 0
      let scale = parameter.shape.count > 1 ? 1 / Float(parameter.shape[1]).squareRoot() : 0.02
      random.fill(&elements, centre: centre, scale: scale)
      if task >= 0 {
        var own = FastRandom(seed: UInt64(1_000 * (task + 1) + index))
        own.add(to: &elements, scale: 0.05 * scale)
      }
      return NamedTensor(name: parameter.name, tensor: Tensor(shape: parameter.shape, elements: elements))
    }
    try SafetensorsWriter.writeFile(weights(task), tensors: tensors, metadata: ["format": "pt"])
  }

  private func writeInputs(_ task: Int, _ encoder: Encoder) throws {
    var random = FastRandom(seed: UInt64(77 + task))
    let tensor =
      switch encoder.input {
      case .pictures(let tower):
        NamedTensor(
          name: "images", elementType: .u8,
          shape: [Self.inputs, tower.pictures.imageSize, tower.pictures.imageSize, tower.pictures.channels],
          bytes: (0..<Self.inputs * encoder.pixelCount).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) })
      case .text(let configuration):
        // Behind the tokens that have a meaning of their own.
        NamedTensor(
          name: "input_ids",
          integers: (0..<Self.inputs * architecture.tokens).map { _ in
            5 + Int64(random.next() >> 32) % Int64(configuration.vocabulary - 5)
          }, shape: [Self.inputs, architecture.tokens])
      }
    try SafetensorsWriter.writeFile("\(model(task))/adapt.safetensors", tensors: [tensor])
  }

  private func writeHead(_ task: Int, _ encoder: Encoder) throws {
    var random = FastRandom(seed: UInt64(7_700 + task))
    let features = encoder.featureWidth
    func tensor(_ name: String, _ shape: [Int], scale: Float) -> NamedTensor {
      var elements = [Float](repeating: 0, count: shape.reduce(1, *))
      random.fill(&elements, centre: 0, scale: scale)
      return NamedTensor(name: name, tensor: Tensor(shape: shape, elements: elements))
    }
    let name = encoder.checkpointHead.map { $0.classifier + ".weight" } ?? "weight"
    // CLIP's features have length one, others' about √C.
    var tensors = [tensor(name, [Self.classes, features], scale: encoder.checkpointHead == nil ? 3 : 0.1)]
    if let dense = encoder.checkpointHead?.dense {
      tensors.append(tensor(dense + ".weight", [features, features], scale: 1 / Float(features).squareRoot()))
      tensors.append(tensor(dense + ".bias", [features], scale: 0.02))
    }
    try SafetensorsWriter.writeFile("\(model(task))/head.safetensors", tensors: tensors)
  }
}

/// Uniform numbers, fast, the same on every machine.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (OOPSLA 2014): SplitMix64.
struct FastRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform with mean 0 and deviation 1.
  private mutating func unit() -> Float { (Float(next() >> 40) * 0x1p-24 - 0.5) * 3.464_101_6 }

  mutating func fill(_ elements: inout [Float], centre: Float, scale: Float) {
    for index in elements.indices { elements[index] = centre + scale * unit() }
  }

  mutating func add(to elements: inout [Float], scale: Float) {
    for index in elements.indices { elements[index] += scale * unit() }
  }
}
