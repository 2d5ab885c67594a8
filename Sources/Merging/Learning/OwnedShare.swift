import LinearAlgebra
import Transformers

/// What a rank owns of a merged tensor: the origin, its tasks' singular components, and what is learnt about them.
///
/// Task vectors themselves are not kept: where one is needed whole, it is read again from the mapped files.
package final class OwnedShare: @unchecked Sendable {
  package let share: ShardPlan.Share
  package let tensor: MergedTensor
  /// [m, n].
  let origin: FloatStorage
  /// Whether the share's task vectors are factored; else they are only scaled.
  package let hasComponents: Bool
  /// Whether the components of a task add up to its vector.
  let spansTaskVectors: Bool
  /// For each task of the share, once they are factored; empty where the share has none.
  package internal(set) var components: [SingularComponents] = []
  /// For each task of the share, [r]; empty where the tensor is not masked.
  package internal(set) var maskLogits: [AdamVector]
  /// Which components were kept when learning began, for each task of the share [r].
  private var wasKept: [[Bool]] = []
  /// λ [tasks of the share]; empty where the tensor is frozen.
  package internal(set) var coefficients: AdamVector
  /// Of the present step: gₖ [tasks of the share, r], or ⟨G, τ⟩ [tasks of the share, 1] where there are no components.
  private let products: FloatStorage
  /// Of the present step: ∂L/∂λ [tasks of the share].
  var coefficientGradients: [Double]

  init(_ share: ShardPlan.Share, tensor: MergedTensor, origin: FloatStorage, settings: LearningSettings, taskCount: Int)
  {
    self.share = share
    self.tensor = tensor
    self.origin = origin
    let tasks = share.tasks.count
    let isMasked = tensor.role == .masked
    hasComponents = isMasked && settings.needsComponents
    spansTaskVectors = !settings.origin.joinsTasks
    maskLogits =
      isMasked
      ? (0..<tasks).map { _ in AdamVector(Self.initialLogits(tensor, settings, taskCount: taskCount)) }
      : []
    coefficients = AdamVector(
      tensor.role == .frozen
        ? [] : [Double](repeating: settings.initialCoefficient(of: tensor.role, tasks: taskCount), count: tasks))
    products = FloatStorage(count: tasks * Self.productCount(tensor, settings))
    coefficientGradients = [Double](repeating: 0, count: tasks)
    markBeginning()
  }

  /// Takes the masks for those that learning begins with.
  func markBeginning() { wasKept = maskLogits.map { $0.values.map { $0 > 0 } } }

  /// How many components changed between kept and pruned since learning began.
  var flippedCount: Int {
    zip(wasKept, maskLogits).reduce(0) { $0 + zip($1.0, $1.1.values).count { $0 != ($1 > 0) } }
  }

  /// +0.1 for the first ⌊min(1, factor · fraction) · r⌋ components, −0.1 for the others; a fraction of 0 means 1/T. The
  /// factor is the tensor's own.
  static func initialLogits(_ tensor: MergedTensor, _ settings: LearningSettings, taskCount: Int) -> [Double] {
    let given = settings.initialKeptFraction == 0 ? 1 / Double(taskCount) : settings.initialKeptFraction
    let fraction = min(1, tensor.keptFactor * given)
    let kept = Int(fraction * Double(tensor.componentCount))
    return (0..<tensor.componentCount).map { $0 < kept ? 0.1 : -0.1 }
  }

  /// How many products a task of a tensor has: one per component, or one where it is only scaled.
  static func productCount(_ tensor: MergedTensor, _ settings: LearningSettings) -> Int {
    tensor.role == .masked && settings.needsComponents ? tensor.componentCount : 1
  }

  /// The products of a task of the share.
  func products(task: Int) -> UnsafeMutableBufferPointer<Float> {
    let count = hasComponents ? tensor.componentCount : 1
    return UnsafeMutableBufferPointer(start: products.base + task * count, count: count)
  }

  /// b: which components of a task are kept; a component is kept where its probability is above one half.
  func isKept(task: Int, component: Int) -> Bool { maskLogits[task].values[component] > 0 }

  /// How many components of a task are kept.
  func keptCount(task: Int) -> Int { maskLogits[task].values.count { $0 > 0 } }
}
