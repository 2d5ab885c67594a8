import Communication
import LinearAlgebra
import Transformers

/// Measures accuracy, with the inputs shared out over the ranks.
package struct Evaluation {
  private let inference: Inference

  init(encoder: Encoder, tokens: Int?, job: Job, pool: WorkerPool) {
    inference = Inference(encoder: encoder, tokens: tokens, job: job, pool: pool)
  }

  /// The share of labelled inputs whose most probable class is their label. Collective.
  func accuracy(_ inputs: TaskInputs, head: Head, _ weights: BodyWeights) throws -> Double {
    let labels = try inputs.labels(classCount: head.classCount)
    let predicted = try inference.predictions(inputs, head: head, weights).labels
    return Double(zip(labels, predicted).count { $0 == $1 }) / Double(labels.count)
  }
}
