import Foundation
import LinearAlgebra
import Transformers

/// The methods that need no data: each merged tensor is a formula of the models' tensors.
///
/// S = Σᵢ wᵢτᵢ with τᵢ = θᵢ − θ₀, T tasks, r components of a matrix.
package struct StaticMerge: Sendable {
  let collection: Collection
  private let method: MergeMethod
  private let settings: StaticSettings
  private let weights: [Float]

  private var taskCount: Int { collection.taskCount }
  private var coefficient: Float { Float(settings.mergeCoefficient) }

  /// - Precondition: the collection's method is static.
  init(_ collection: Collection) {
    self.collection = collection
    method = collection.request.method
    settings = collection.request.statics!
    weights = collection.request.models.map { Float($0.weight) }
  }

  /// What a plan balances.
  var cost: ShardPlan.Cost {
    let cost = ShardPlan.Cost.once
    return method == .average || method == .taskArithmetic ? cost.withoutComponents : cost
  }

  /// A merged tensor [m, n].
  func merge(_ index: Int) throws -> FloatStorage {
    let tensor = collection.tensors[index]
    switch method {
    case .average: return try average(tensor, weights: weights)
    case .cart:
      let mean = try average(tensor, weights: [Float](repeating: 1, count: taskCount))
      if tensor.role == .masked {
        try addTopComponents(tensor, origin: mean)
      } else if tensor.role == .scaled, Set(weights).count > 1 {
        // With equal weights the task vectors around their mean add up to nothing.
        let sum = try weightedSum(tensor, origin: mean)
        add(sum.base, times: coefficient, to: mean.base, count: tensor.count)
      }
      return mean
    case .taskArithmetic, .tsvM, .isoC, .adarank, .adamerging:
      let base = try read(tensor, task: nil)
      guard tensor.role != .frozen else { return base }
      return try onBase(tensor, base)
    }
  }

  private func onBase(_ tensor: MergedTensor, _ base: FloatStorage) throws -> FloatStorage {
    let count = tensor.count
    if method != .taskArithmetic, tensor.role == .scaled {
      let sum = try weightedSum(tensor, origin: base)
      add(sum.base, times: 1 / Float(taskCount), to: base.base, count: count)
      return base
    }
    switch method {
    case .tsvM: try addSingularMerging(tensor, base)
    case .isoC: try addIsotropic(tensor, base)
    default:
      let sum = try weightedSum(tensor, origin: base, times: coefficient)
      add(base.base, sum.base, into: base.base, count: count)
    }
    return base
  }

  private func read(_ tensor: MergedTensor, task: Int?) throws -> FloatStorage {
    let storage = FloatStorage(count: tensor.count)
    try collection.read(tensor, task: task, into: storage.base)
    return storage
  }

  /// Σ wᵢθᵢ / Σ wᵢ.
  private func average(_ tensor: MergedTensor, weights: [Float]) throws -> FloatStorage {
    let sum = FloatStorage(count: tensor.count)
    let model = FloatStorage(count: tensor.count)
    for task in 0..<taskCount {
      try collection.read(tensor, task: task, into: model.base)
      add(model.base, times: weights[task], to: sum.base, count: tensor.count)
    }
    multiply(sum.base, by: 1 / weights.reduce(0, +), into: sum.base, count: tensor.count)
    return sum
  }

  /// τᵢ = θᵢ − origin.
  private func taskVector(_ tensor: MergedTensor, _ task: Int, origin: FloatStorage) throws -> FloatStorage {
    let vector = try read(tensor, task: task)
    add(origin.base, times: -1, to: vector.base, count: tensor.count)
    return vector
  }

  /// Σᵢ (factor · wᵢ) · τᵢ in the order of the recipe: each product first, then the sum.
  private func weightedSum(
    _ tensor: MergedTensor, origin: FloatStorage, times factor: Float = 1
  ) throws -> FloatStorage {
    let sum = FloatStorage(count: tensor.count)
    for task in 0..<taskCount {
      let vector = try taskVector(tensor, task, origin: origin)
      add(vector.base, times: factor * weights[task], to: sum.base, count: tensor.count)
    }
    return sum
  }

  private func factor(
    _ vector: FloatStorage, _ tensor: MergedTensor, _ what: String
  ) throws -> SingularValueDecomposition {
    let elements = Array(UnsafeBufferPointer(start: vector.base, count: vector.count))
    let matrix = Tensor(shape: [tensor.rows, tensor.columns], elements: elements)
    return try SingularValueDecomposition(matrix, name: "\(what) of \(tensor.name)")
  }

  private func factorTask(
    _ tensor: MergedTensor, _ task: Int, origin: FloatStorage
  ) throws -> SingularValueDecomposition {
    try factor(
      try taskVector(tensor, task, origin: origin), tensor,
      "the task vector of model \(collection.request.models[task].task)")
  }

  /// mean += λ Σᵢ wᵢ · (the first k components of θᵢ − mean), k = ⌊fraction · r⌋, at least 1.
  ///
  /// Source: Choi et al., CART (arXiv:2412.12153).
  private func addTopComponents(_ tensor: MergedTensor, origin: FloatStorage) throws {
    let fraction = settings.keptFraction == 0 ? 1 / Double(taskCount) : settings.keptFraction
    let kept = max(1, Int(fraction * Double(tensor.componentCount)))
    let sum = FloatStorage(count: tensor.count)
    for task in 0..<taskCount {
      let factors = try factorTask(tensor, task, origin: origin)
      addComponents(factors, 0..<kept, to: sum, tensor) { coefficient * weights[task] * factors.values[$0] }
    }
    add(origin.base, sum.base, into: origin.base, count: tensor.count)
  }

  /// target += Σₖ scaleₖ · uₖ vₖᵀ.
  private func addComponents(
    _ factors: SingularValueDecomposition, _ components: Range<Int>, to target: FloatStorage, _ tensor: MergedTensor,
    scale: (Int) -> Float
  ) {
    let left = FloatStorage(count: components.count * tensor.rows)
    factors.left.withMatrix { source in
      for (row, component) in components.enumerated() {
        multiply(
          source[row: component], by: scale(component), into: left.base + row * tensor.rows, count: tensor.rows)
      }
    }
    factors.right.withMatrix { right in
      multiply(
        left.matrix(rows: components.count, columns: tensor.rows).view.transposed, right.rows(components),
        into: target.matrix(rows: tensor.rows, columns: tensor.columns), accumulating: true)
    }
  }

  /// base += λ · U⊥ diag(σ) V⊥ᵀ: the first max(1, ⌊r/T⌋) components of every task side by side, U and V replaced by the
  /// nearest matrices with orthonormal columns.
  ///
  /// Source: Gargiulo et al., Task Singular Vectors (CVPR 2025, arXiv:2412.00081).
  private func addSingularMerging(_ tensor: MergedTensor, _ base: FloatStorage) throws {
    let kept = max(1, tensor.componentCount / taskCount)
    var left = Tensor(zeros: [kept * taskCount, tensor.rows])
    var right = Tensor(zeros: [kept * taskCount, tensor.columns])
    var values: [Float] = []
    for task in 0..<taskCount {
      let factors = try factorTask(tensor, task, origin: base)
      let (leftCount, rightCount) = (kept * tensor.rows, kept * tensor.columns)
      left.elements.replaceSubrange(
        task * leftCount..<(task + 1) * leftCount, with: factors.left.elements[..<leftCount])
      right.elements.replaceSubrange(
        task * rightCount..<(task + 1) * rightCount, with: factors.right.elements[..<rightCount])
      values += factors.values.prefix(kept).map { $0 * weights[task] }
    }
    left = try nearestOrthonormal(left, tensor)
    right = try nearestOrthonormal(right, tensor)
    let factors = SingularValueDecomposition(left: left, values: values, right: right)
    addComponents(factors, 0..<values.count, to: base, tensor) { coefficient * values[$0] }
  }

  /// P·Qᵀ of a matrix's decomposition P Σ Qᵀ: the nearest matrix with orthonormal rows or columns.
  private func nearestOrthonormal(_ matrix: Tensor, _ tensor: MergedTensor) throws -> Tensor {
    let factors = try SingularValueDecomposition(matrix, name: "the joined singular vectors of \(tensor.name)")
    var result = Tensor(zeros: matrix.shape)
    result.withMutableMatrix { target in
      factors.left.withMatrix { left in
        factors.right.withMatrix { right in multiply(left.transposed, right, into: target) }
      }
    }
    return result
  }

  /// base += λ · σ̄ U Vᵀ: the decomposition of S with all singular values replaced by their mean.
  ///
  /// Source: Marczak et al., Isotropic Model Merging (ICML 2025, arXiv:2502.04959).
  private func addIsotropic(_ tensor: MergedTensor, _ base: FloatStorage) throws {
    let factors = try factor(try weightedSum(tensor, origin: base), tensor, "the sum of the task vectors")
    let mean = factors.values.reduce(0) { $0 + Double($1) } / Double(factors.values.count)
    addComponents(factors, factors.values.indices, to: base, tensor) { _ in coefficient * Float(mean) }
  }
}
