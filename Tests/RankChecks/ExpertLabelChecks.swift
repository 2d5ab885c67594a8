import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Merging

/// What each fine-tuned model says of its own inputs, against the golden class probabilities.
enum ExpertLabelChecks {
  static func run(_ context: CheckContext) throws {
    for family in ["clip", "openclip"] {
      for ranksPerNode in [nil, 1] {
        let job = try Job(world: context.world, ranksPerNode: ranksPerNode)
        try compare(context, family, job)
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
        let pixels = try SafetensorsFile(path: source.adapt!).tensor("pixel_values")
        let probabilities = golden["\(source.task).probabilities"]!
        let (count, classes) = (pixels.shape[0], probabilities.count / pixels.shape[0])
        var labels = (0..<count).map { input in
          Int64((0..<classes).max { probabilities[input * classes + $0] < probabilities[input * classes + $1] }!)
        }
        for wrong in 0..<index { labels[5 * wrong + 3] = (labels[5 * wrong + 3] + 1) % Int64(classes) }
        try SafetensorsWriter.writeFile(
          path,
          tensors: [
            NamedTensor(name: "pixel_values", tensor: pixels),
            NamedTensor(name: "labels", integers: labels, shape: [count]),
          ])
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
