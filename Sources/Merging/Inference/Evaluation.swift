import Communication
import LinearAlgebra
import Transformers

/// Measures accuracy, with the inputs shared out over the ranks.
package struct Evaluation {
  private let inference: Inference

  init(tower: CLIPVisionTower, job: Job, pool: WorkerPool) {
    inference = Inference(tower: tower, job: job, pool: pool)
  }

  /// The share of labelled inputs whose most probable class is their label. Collective.
  func accuracy(_ inputs: ImageInputs, head: Head, _ weights: BodyWeights) throws -> Double {
    let labels = try inputs.labels(classCount: head.classCount)
    let predicted = try inference.predictions(inputs, head: head, weights).labels
    return Double(zip(labels, predicted).count { $0 == $1 }) / Double(labels.count)
  }
}
