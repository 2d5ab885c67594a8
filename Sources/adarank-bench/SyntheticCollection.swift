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
  private static let images = 64

  /// Writes what is missing. Collective.
  ///
  /// - Throws: where the architecture is none that a merge knows.
  func prepare(job: Job, pool: WorkerPool) throws {
    guard let configuration = architecture.vision else {
      throw InputError(["\(architecture.rawValue) can only be measured by 'limit': learning merges take vision towers"])
    }
    _ = try job.onCoordinator {
      let tower = CLIPVisionTower(configuration)
      let missing = (-1..<taskCount).filter { !FileManager.default.fileExists(atPath: weights($0)) }
      try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
      try writeConfiguration(configuration)
      try pool.run(missing.count) { index, _ in try write(missing[index], tower, configuration) }
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

  private func writeConfiguration(_ configuration: CLIPVisionConfiguration) throws {
    let values: [String: Any] = [
      "architectures": ["CLIPVisionModelWithProjection"], "model_type": "clip_vision_model",
      "hidden_size": configuration.width, "intermediate_size": configuration.mlpWidth,
      "num_hidden_layers": configuration.layers, "num_attention_heads": configuration.heads,
      "image_size": configuration.imageSize, "patch_size": configuration.patchSize,
      "projection_dim": configuration.projectionWidth!, "hidden_act": configuration.activation.rawValue,
      "layer_norm_eps": 1e-5,
    ]
    let data = try JSONSerialization.data(withJSONObject: values, options: [.prettyPrinted, .sortedKeys])
    try data.write(to: URL(filePath: "\(base)/config.json"))
  }

  private func write(_ task: Int, _ tower: CLIPVisionTower, _ configuration: CLIPVisionConfiguration) throws {
    try FileManager.default.createDirectory(atPath: model(task), withIntermediateDirectories: true)
    if task >= 0 { try writeInputs(task, configuration) }
    let tensors = tower.layout.parameters.enumerated().map { index, parameter in
      var random = FastRandom(seed: UInt64(index))
      var elements = [Float](repeating: 0, count: parameter.count)
      // Near one where a normalisation multiplies, else so that products neither grow nor vanish.
      let centre: Float = parameter.name.contains("norm") && parameter.name.hasSuffix("weight") ? 1 : 0
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

  private func writeInputs(_ task: Int, _ configuration: CLIPVisionConfiguration) throws {
    var random = FastRandom(seed: UInt64(77 + task))
    let size = configuration.imageSize
    let description = TensorDescription(
      name: "images", elementType: .u8, shape: [Self.images, size, size, configuration.channels])
    let writer = try SafetensorsWriter(path: "\(model(task))/adapt.safetensors", tensors: [description])
    let bytes = (0..<description.byteCount).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
    try bytes.withUnsafeBytes { try writer.write("images", bytes: $0) }
    try writer.finish(waitsForDisk: false)
    var head = [Float](repeating: 0, count: Self.classes * configuration.featureWidth)
    random.fill(&head, centre: 0, scale: 3)
    try SafetensorsWriter.writeFile(
      "\(model(task))/head.safetensors",
      tensors: [
        NamedTensor(name: "weight", tensor: Tensor(shape: [Self.classes, configuration.featureWidth], elements: head))
      ])
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
