import Communication
import LinearAlgebra
import Transformers

/// Measures how well a model does a task, with the inputs shared out over the ranks.
package struct Evaluation {
  /// How well a task's labelled inputs were predicted.
  struct Result: Equatable {
    /// The share of inputs whose most probable class is their label.
    let accuracy: Double
    /// By the metric that was asked for.
    let score: Double?
  }

  private let inference: Inference

  init(encoder: Encoder, tokens: Int?, job: Job, pool: WorkerPool) {
    inference = Inference(encoder: encoder, tokens: tokens, job: job, pool: pool)
  }

  /// Collective.
  func evaluate(_ inputs: TaskInputs, head: Head, metric: Metric?, _ weights: BodyWeights) throws -> Result {
    let labels = try inputs.labels(classCount: head.classCount)
    let predicted = try inference.predictions(inputs, head: head, weights).labels
    return Result(
      accuracy: Double(zip(labels, predicted).count { $0 == $1 }) / Double(labels.count),
      score: metric?.score(labels: labels, predictions: predicted, classCount: head.classCount))
  }
}
