import Communication

/// Task-wise coefficients: one λ for all tensors of a task, learnt from the sum of the tensors' gradients.
///
///     ∂L/∂λᵢ = Σ over tensors of ∂L/∂λᵢ of the tensor
///
/// Every rank adds the tensors' gradients in their order and takes the same steps.
///
/// Source: Yang et al., AdaMerging (ICLR 2024, arXiv:2310.02575), task-wise.
struct SharedCoefficients {
  var learning: AdamVector
  /// The tensors that have coefficients, in order.
  private let tensors: [Int]
  private let learningRate: Double

  init(_ collection: Collection, settings: LearningSettings) {
    learning = AdamVector([Double](repeating: settings.mergeCoefficient, count: collection.taskCount))
    tensors = collection.body.filter { collection.tensors[$0].role != .frozen }
    learningRate = settings.learningRate
  }

  /// Takes one step and gives the shares its coefficients. Collective over the ranks among which tensors are shared out,
  /// all of which have formed their gradients.
  mutating func descend(step: Int, _ shares: [OwnedShare], _ ranks: Communicator) throws {
    let tasks = learning.values.count
    var gradients = [Double](repeating: 0, count: tensors.count * tasks)
    for (place, tensor) in tensors.enumerated() {
      for owned in shares where owned.share.tensor == tensor {
        for (task, gradient) in zip(owned.share.tasks, owned.coefficientGradients) {
          gradients[place * tasks + task] = gradient
        }
      }
    }
    gradients = try ranks.assemble(gradients)
    learning.descend(learningRate: learningRate, step: step) { task, _ in
      tensors.indices.reduce(0) { $0 + gradients[$1 * tasks + task] }
    }
    for owned in shares where owned.tensor.role != .frozen {
      owned.coefficients.setValues(Array(learning.values[owned.share.tasks]))
    }
  }
}
