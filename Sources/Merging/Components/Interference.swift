import Communication

/// How much the tasks' vectors have in common: where they pull the same way, and where against each other.
package struct Interference: Codable, Equatable, Sendable {
  /// What task vectors are measured from.
  package enum Start: String, Codable, Sendable {
    case base
    /// The mean of the models.
    case mean
  }

  package let start: Start
  /// cos(τᵢ, τⱼ) over all masked matrices together, or where there are none over all merged tensors [T][T]; 0 where a vector
  /// is nought, or too large to be squared. With AdaMerging++ vectors are trimmed.
  package let cosines: [[Float]]

  package init(start: Start, cosines: [[Float]]) {
    self.start = start
    self.cosines = cosines
  }

  /// Whether it is one of so many tasks.
  package func isOf(_ tasks: Int) -> Bool { cosines.count == tasks && cosines.allSatisfy { $0.count == tasks } }

  /// - Parameter products: of each tensor.
  init(start: Start, tasks: Int, products: [TaskVectorProducts]) {
    let sums = products.reduce(TaskVectorProducts(tasks: tasks)) { $0 + $1 }
    let norms = (0..<tasks).map { sums[$0, $0].squareRoot() }
    self.start = start
    cosines = (0..<tasks).map { i in
      (0..<tasks).map { j in
        let cosine = Float(sums[i, j] / (norms[i] * norms[j]))
        return cosine.isFinite ? cosine : 0
      }
    }
  }

  /// Brings together what ranks found of their tensors. Collective.
  ///
  /// Sums are made tensor after tensor, whoever found them: they do not depend on the number of ranks.
  ///
  /// - Parameters:
  ///   - tensors: the indices of all that are compared, in order; the same on every rank.
  ///   - own: what this rank found; every tensor is looked at by one.
  init(
    start: Start, tasks: Int, tensors: [Int], own: [Int: TaskVectorProducts], world: Communicator
  ) throws(MPIError) {
    let nothing = TaskVectorProducts(tasks: tasks)
    let all = try world.assemble(tensors.flatMap { (own[$0] ?? nothing).values })
    let length = nothing.values.count
    self.init(
      start: start, tasks: tasks,
      products: tensors.indices.map {
        TaskVectorProducts(tasks: tasks, values: Array(all[$0 * length..<($0 + 1) * length]))
      })
  }
}

extension MergeRequest {
  /// What task vectors are measured from where tasks are compared: CART's from the mean of the models, and those of methods
  /// without a base from it too where one of the models stands in for the base.
  package var vectorStart: Interference.Start {
    if origin == .cart { return .mean }
    return [.average, .linear].contains(method) && models.contains { $0.model == base } ? .mean : .base
  }
}

extension Collection {
  /// The tensors by which tasks are compared: all masked ones, and where there are none all that are merged.
  package var comparedTensors: [Int] {
    let masked = tensors.indices.filter { tensors[$0].role == .masked }
    return masked.isEmpty ? tensors.indices.filter { tensors[$0].role != .frozen } : masked
  }
}
