import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Merging

/// What each fine-tuned model says of its own inputs, against the golden class probabilities.
enum ExpertLabelChecks {
  static func run(_ context: CheckContext) throws {
    for family in ["clip", "openclip", "roberta", "bert", "gpt2"] {
      for ranksPerNode in [nil, 1] {
        let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
        try compare(context, family, job)
      }
    }
    let job = try Job(world: context.world)
    try takeModelsAsMergesDo(context, job)
    try sayEverythingAtOnce(context, job)
  }

  /// A fine-tuned model's weights suffice: what its folder says otherwise does not count, and a projection that it lacks
  /// is the base's. However many models there are, there is one body of weights in the node's memory.
  private static func takeModelsAsMergesDo(_ context: CheckContext, _ job: Job) throws {
    try context.withScratchFolder { folder in
      var request = FixtureMerge.request(.adarank, family: "clip", fixtures: context.fixtures)
      let base = try SafetensorsFile(path: "\(request.base)/model.safetensors")
      for (index, source) in request.models.enumerated() {
        request.models[index].evaluate = source.adapt
        request.models[index].model = "\(folder)/\(source.task)"
        guard job.isCoordinator else { continue }
        try FileManager.default.createDirectory(atPath: "\(folder)/\(source.task)", withIntermediateDirectories: true)
        // With the base's projection written out, or left out.
        try write("\(folder)/whole-\(source.task).safetensors", from: source) { name, tensor in
          name == projection ? try base.tensor(name) : tensor
        }
        try write("\(folder)/\(source.task)/model.safetensors", from: source) { name, tensor in
          name == projection ? nil : tensor
        }
        for name in ["config.json", "preprocessor_config.json"] {
          try Data(#"{"model_type": "mamba", "image_mean": "grey"}"#.utf8)
            .write(to: URL(fileURLWithPath: "\(folder)/\(source.task)/\(name)"))
        }
      }
      try job.world.barrier()
      let before = try SharedMemoryChecks.windows()
      let got = try ModelEvaluation(request, job: job, pool: context.pool()).evaluateEach()
      // A rank alone has memory of its own.
      context.verdict.expectEqual(
        try SharedMemoryChecks.windows() - before, job.node.size > 1 ? 1 : 0, "bodies of weights that the ranks share")
      for (index, source) in request.models.enumerated() {
        request.models[index].model = "\(folder)/whole-\(source.task).safetensors"
      }
      let wanted = try ModelEvaluation(request, job: job, pool: context.pool()).evaluateEach()
      context.verdict.expectEqual(got, wanted, "accuracies without projections")
    }
  }

  private static let projection = "visual_projection.weight"

  /// Writes a copy of a model's weights with its tensors changed, or left out.
  private static func write(
    _ path: String, from source: ModelSource, _ change: (String, Tensor) throws -> Tensor?
  ) throws {
    let file = try SafetensorsFile(path: "\(source.model)/model.safetensors")
    try SafetensorsWriter.writeFile(
      path,
      tensors: try file.entries.compactMap { entry in
        try change(entry.name, try file.tensor(entry.name)).map { NamedTensor(name: entry.name, tensor: $0) }
      })
  }

  /// Before the first model is measured all are checked, their numbers too; without labelled inputs there is nothing to
  /// measure.
  private static func sayEverythingAtOnce(_ context: CheckContext, _ job: Job) throws {
    try context.withScratchFolder { folder in
      var request = FixtureMerge.request(.adarank, family: "clip", fixtures: context.fixtures)
      let pool = context.pool()
      context.verdict.expectError(AgreedFailure.self, "no labelled inputs") { failure in
        let findings = ["no model of the recipe has labelled inputs ('evaluate')"]
        return failure.isMistake && (failure.cause as? InputError)?.findings == (job.isCoordinator ? findings : nil)
      } from: {
        _ = try ModelEvaluation(request, job: job, pool: pool).evaluateEach()
      }
      let name = "vision_model.encoder.layers.1.mlp.fc1.weight"
      for (index, source) in request.models.enumerated() {
        request.models[index].evaluate = source.adapt
        guard index > 0 else { continue }
        request.models[index].model = "\(folder)/\(source.task).safetensors"
        guard job.isCoordinator else { continue }
        try write("\(folder)/\(source.task).safetensors", from: source) {
          var tensor = $1
          if $0 == name { tensor.elements[7] = .nan }
          return tensor
        }
      }
      try job.world.barrier()
      context.verdict.expectError(AgreedFailure.self, "two models with a NaN") { failure in
        let findings = ["beta", "gamma"].map {
          "model \($0) (\(folder)/\($0).safetensors): tensor \(name) holds a NaN or an infinity at element 7"
        }
        let found = (failure.cause as? InputError)?.findings.flatMap { $0.split(separator: "\n").map(String.init) }
        return failure.isMistake && found?.sorted() == (job.isCoordinator ? findings : nil)
      } from: {
        _ = try ModelEvaluation(request, job: job, pool: pool).evaluateEach()
      }
    }
  }

  /// With the golden labels as the inputs' labels each model is right about all of them, but for those made wrong here.
  private static func compare(_ context: CheckContext, _ family: String, _ job: Job) throws {
    try context.withScratchFolder { folder in
      var request = FixtureMerge.request(.adarank, family: family, fixtures: context.fixtures)
      let golden = try Golden(family: family, fixtures: context.fixtures).tensors("experts")!
      for (index, source) in request.models.enumerated() {
        let path = "\(folder)/\(source.task).safetensors"
        request.models[index].evaluate = path
        guard job.isCoordinator else { continue }
        let inputs = try SafetensorsFile(path: source.adapt!)
        let probabilities = golden["\(source.task).probabilities"]!
        let count = inputs.entries[0].shape[0]
        let classes = probabilities.count / count
        var labels = (0..<count).map { input in
          Int64((0..<classes).max { probabilities[input * classes + $0] < probabilities[input * classes + $1] }!)
        }
        for wrong in 0..<index { labels[5 * wrong + 3] = (labels[5 * wrong + 3] + 1) % Int64(classes) }
        try SafetensorsWriter.writeFile(
          path,
          tensors: try inputs.entries.filter { $0.name != "labels" }.map { entry in
            guard !entry.elementType.isFloatingPoint else {
              return NamedTensor(name: entry.name, tensor: try inputs.tensor(entry.name))
            }
            let integers = try inputs.readIntegers(entry.name, elements: 0..<entry.shape.reduce(1, *))
            return NamedTensor(name: entry.name, integers: integers.map(Int64.init), shape: entry.shape)
          } + [NamedTensor(name: "labels", integers: labels, shape: [count])])
      }
      try job.world.barrier()
      let evaluation = ModelEvaluation(request, job: job, pool: context.pool(threads: 2))
      let accuracies = try evaluation.evaluateEach()
      context.verdict.expectEqual(accuracies.map(\.name), FixtureMerge.tasks, "\(family): tasks")
      context.verdict.expectEqual(accuracies.map(\.inputs), [24, 24, 24], "\(family): inputs")
      context.verdict.expectEqual(
        accuracies.map { $0.accuracy * 24 }, [24, 23, 22],
        "\(family): inputs whose most probable class is the golden one")
    }
  }
}
