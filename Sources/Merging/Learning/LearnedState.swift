import Checkpoints
import Communication
import Foundation
import LinearAlgebra

/// The masks and coefficients of a merge, of all tensors and tasks.
package struct LearnedState: Equatable, Sendable {
  /// What is known of one merged tensor.
  package struct TensorState: Equatable, Sendable {
    /// The name in the base's file.
    package let name: String
    /// ℓ [T][r]; empty where the tensor is not masked.
    package var maskLogits: [[Double]]
    /// λ [T].
    package var coefficients: [Double]
  }

  /// The file of a merged folder that holds it.
  package static let fileName = "adarank_state.safetensors"

  /// The tasks in the order of the recipe.
  package let tasks: [String]
  package private(set) var tensors: [TensorState]
  /// What the components are of.
  package let origin: Origin

  /// The same with other masks.
  ///
  /// - Parameter maskLogits: by matrix, ℓ [T][r]; matrices that are not in it keep theirs.
  package func with(maskLogits: [String: [[Double]]]) -> LearnedState {
    var state = self
    for index in tensors.indices {
      guard let logits = maskLogits[tensors[index].name] else { continue }
      precondition(logits.map(\.count) == tensors[index].maskLogits.map(\.count), "as many components")
      state.tensors[index].maskLogits = logits
    }
    return state
  }

  /// All components of all tasks.
  package var total: Int { tensors.reduce(0) { $0 + $1.maskLogits.reduce(0) { $0 + $1.count } } }
  /// Those that are kept.
  package var kept: Int { tensors.reduce(0) { $0 + $1.maskLogits.reduce(0) { $0 + $1.count { $0 > 0 } } } }

  /// Brings together what the owners hold. Collective.
  init(gathering shares: [OwnedShare], collection: Collection, plan: ShardPlan, job: Job) throws {
    // Every rank sends its shares in the plan's order, so the numbers need no names.
    let own = shares.flatMap { owned in owned.maskLogits.flatMap(\.values) + owned.coefficients.values }
    var remaining = try job.world.gatherToAll(own).map { $0[...] }
    func take(_ count: Int, from rank: Int) -> [Double] {
      defer { remaining[rank] = remaining[rank].dropFirst(count) }
      return Array(remaining[rank].prefix(count))
    }
    tasks = collection.request.models.map(\.task)
    origin = collection.request.origin
    var tensors: [TensorState] = []
    for index in collection.body {
      let tensor = collection.tensors[index]
      var state = TensorState(name: tensor.name, maskLogits: [], coefficients: [])
      for share in plan.shares[index] where tensor.role != .frozen {
        if tensor.role == .masked {
          state.maskLogits += share.tasks.map { _ in take(tensor.componentCount, from: share.rank) }
        }
        state.coefficients += take(share.tasks.count, from: share.rank)
      }
      if tensor.role != .frozen { tensors.append(state) }
    }
    self.tensors = tensors
  }

  /// What stands in a checkpoint.
  init(numbers: [Double], layout: StateLayout, collection: Collection) {
    tasks = collection.request.models.map(\.task)
    origin = collection.request.origin
    tensors = collection.body.filter { collection.tensors[$0].role != .frozen }.map { index in
      let tensor = collection.tensors[index]
      func values(_ range: Range<Int>) -> [Double] { Array(numbers[range].prefix(range.count / 3)) }
      let all = 0..<collection.taskCount
      return TensorState(
        name: tensor.name,
        maskLogits: tensor.role == .masked ? all.map { values(layout.masks(tensor: index, task: $0)) } : [],
        coefficients: all.map { numbers[layout.coefficient(tensor: index, task: $0).lowerBound] })
    }
  }

  /// The tensors of `adarank_state.safetensors`: `logits.NAME` [T, r] and `coefficients.NAME` [T].
  package var namedTensors: [NamedTensor] {
    tensors.flatMap { state -> [NamedTensor] in
      let coefficients = Tensor(shape: [state.coefficients.count], elements: state.coefficients.map { Float($0) })
      let named = NamedTensor(name: "coefficients." + state.name, tensor: coefficients)
      guard let components = state.maskLogits.first?.count else { return [named] }
      let logits = Tensor(
        shape: [state.maskLogits.count, components], elements: state.maskLogits.flatMap { $0.map { Float($0) } })
      return [named, NamedTensor(name: "logits." + state.name, tensor: logits)]
    }
  }

  /// The file's metadata: which row is which task.
  package var metadata: [String: String] {
    let list = try? JSONSerialization.data(withJSONObject: tasks)
    return [
      "format": "pt", "origin": origin.rawValue, "tasks": list.map { String(decoding: $0, as: UTF8.self) } ?? "",
    ]
  }
}
