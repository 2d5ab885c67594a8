import Foundation
import LinearAlgebra
import Transformers

/// The methods that need no data: each merged tensor is a formula of the models' tensors.
///
/// S = Σᵢ wᵢτᵢ with τᵢ = θᵢ − θ₀, T tasks, r components of a matrix.
package struct StaticMerge: Sendable {
  let collection: Collection
  let method: MergeMethod
  let settings: StaticSettings
  /// wᵢ.
  let weights: [Float]
  /// TIES: the smallest magnitude that each task keeps; see `findTrimThresholds`.
  var trimThresholds: [Float] = []

  var taskCount: Int { collection.taskCount }
  var coefficient: Float { Float(settings.mergeCoefficient) }

  /// - Precondition: the collection's method is static.
  init(_ collection: Collection) {
    self.init(collection, method: collection.request.method, settings: collection.request.statics!)
  }

  /// - Parameter method: a static one, whatever the collection's.
  init(_ collection: Collection, method: MergeMethod, settings: StaticSettings) {
    self.collection = collection
    self.method = method
    self.settings = settings
    weights = collection.request.models.map { Float($0.weight) }
  }

  /// Whether every merged number comes of the models' numbers in its place alone: then what is not finite in a model is not
  /// finite in the result either, and one reading both merges and checks.
  var isElementwise: Bool { [.average, .linear, .taskArithmetic].contains(method) }

  private var usesComponents: Bool { [.cart, .tsvM, .isoC, .isoCTS].contains(method) }

  /// What a plan balances.
  var cost: ShardPlan.Cost {
    let cost = ShardPlan.Cost.once
    return usesComponents ? cost : cost.withoutComponents
  }

  /// Lets the system begin to read what a tensor is made of, and does not wait.
  func prefetch(_ index: Int) {
    for task in 0..<taskCount { collection.prefetch(collection.tensors[index], task: task) }
  }

  /// A merged tensor [m, n].
  ///
  /// - Parameter products: gets those of the task vectors, for which all models may be read once more; nil: nobody asks.
  func merge(_ index: Int, products: inout TaskVectorProducts?) throws -> FloatStorage {
    let tensor = collection.tensors[index]
    let merged = try merge(tensor, &products)
    // What is added up stretch by stretch was looked at on the way.
    guard products != nil, products!.isEmpty, tensor.count > 0 else { return merged }
    let start =
      collection.request.vectorStart == .mean
      ? try average(tensor, weights: [Float](repeating: 1, count: taskCount)) : try read(tensor, task: nil)
    try forTaskVectors(tensor, base: start) { products!.add($0) }
    return merged
  }

  /// The same without a look at the task vectors.
  func merge(_ index: Int) throws -> FloatStorage {
    var products: TaskVectorProducts?
    return try merge(collection.tensors[index], &products)
  }

  private func merge(_ tensor: MergedTensor, _ products: inout TaskVectorProducts?) throws -> FloatStorage {
    switch method {
    case .average: return try average(tensor, weights: weights)
    case .linear:
      let sum = FloatStorage(count: tensor.count)
      // As mergekit adds: each product and sum rounded together.
      try forModels(tensor, addingTo: sum) { part, task, model in
        addFused(model, times: weights[task], to: sum.base + part.lowerBound, count: part.count)
      }
      if settings.normalizes { divide(sum.base, by: weights.reduce(0, +), count: tensor.count) }
      return sum
    case .cart:
      let mean = try average(tensor, weights: [Float](repeating: 1, count: taskCount))
      if tensor.role == .masked, coefficient != 0 {
        try addTopComponents(tensor, origin: mean)
      } else if tensor.role == .scaled, Set(weights).count > 1 {
        // With equal weights the task vectors around their mean add up to nothing.
        let sum = try weightedSum(tensor, origin: mean)
        add(sum.base, times: coefficient, to: mean.base, count: tensor.count)
      }
      return mean
    case .taskArithmetic, .tsvM, .isoC, .isoCTS, .ties, .consensusTA, .adarank, .adamerging:
      let base = try read(tensor, task: nil)
      guard tensor.role != .frozen else { return base }
      return try onBase(tensor, base, &products)
    }
  }

  private func onBase(
    _ tensor: MergedTensor, _ base: FloatStorage, _ products: inout TaskVectorProducts?
  ) throws -> FloatStorage {
    let count = tensor.count
    if usesComponents, tensor.role == .scaled {
      let sum = try weightedSum(tensor, origin: base)
      add(sum.base, times: 1 / Float(taskCount), to: base.base, count: count)
      return base
    }
    // Nothing is added, and nothing need be factored.
    if coefficient == 0 { return base }
    switch method {
    case .tsvM:
      let factors = try orthogonalComponents(tensor, base)
      addComponents(factors, 0..<factors.values.count, to: base, tensor) { coefficient * factors.values[$0] }
    case .isoC: try addIsotropic(tensor, base)
    case .isoCTS:
      let factors = try isotropicComponents(tensor, base)
      addComponents(factors, 0..<factors.values.count, to: base, tensor) { coefficient * factors.values[$0] }
    case .ties: try addTrimmedMean(tensor, base)
    case .consensusTA: try addConsensus(tensor, base)
    default:
      let sum = try weightedSum(tensor, origin: base, times: coefficient) { products?.add($0) }
      if settings.normalizes {
        let total = weights.reduce(0, +)
        divide(sum.base, by: abs(total) < 1e-8 ? 1 : total, count: count)
      }
      if settings.lambda != 1 { multiply(sum.base, by: Float(settings.lambda), into: sum.base, count: count) }
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
    try forModels(tensor, addingTo: sum) { part, task, model in
      add(model, times: weights[task], to: sum.base + part.lowerBound, count: part.count)
    }
    multiply(sum.base, by: 1 / weights.reduce(0, +), into: sum.base, count: tensor.count)
    return sum
  }

  /// Σᵢ (factor · wᵢ) · τᵢ with τᵢ = θᵢ − origin, in the order of the recipe: each product first, then the sum.
  ///
  /// - Parameter look: shown every stretch of the task vectors.
  private func weightedSum(
    _ tensor: MergedTensor, origin: FloatStorage, times factor: Float = 1, look: (TaskVectorStretch) -> Void = { _ in }
  ) throws -> FloatStorage {
    let sum = FloatStorage(count: tensor.count)
    try forTaskVectors(tensor, base: origin) { stretch in
      let target = sum.base + stretch.elements.lowerBound
      // Fresh memory that is first read and then written costs two page faults.
      target.update(repeating: 0, count: stretch.elements.count)
      for task in 0..<taskCount {
        add(stretch[task], times: factor * weights[task], to: target, count: stretch.elements.count)
      }
      look(stretch)
    }
    return sum
  }

  /// Elements of one model that are read and added at a time: they stay in the second cache.
  static let stretch = 32_768

  /// Reads all models' values of a tensor: stretch by stretch, and of each stretch model after model. `body` may change
  /// them; what it adds to is zeros before the first one.
  private func forModels(
    _ tensor: MergedTensor, addingTo sum: FloatStorage,
    _ body: (_ part: Range<Int>, _ task: Int, _ model: UnsafeMutablePointer<Float>) -> Void
  ) throws {
    for task in 0..<taskCount { collection.prefetch(tensor, task: task) }
    let model = FloatStorage(count: min(Self.stretch, tensor.count))
    for start in stride(from: 0, to: tensor.count, by: Self.stretch) {
      let part = start..<min(start + Self.stretch, tensor.count)
      // Fresh memory that is first read and then written costs two page faults.
      (sum.base + start).update(repeating: 0, count: part.count)
      for task in 0..<taskCount {
        try collection.read(tensor, task: task, elements: part, into: model.base)
        body(part, task, model.base)
      }
    }
  }

  private func factorTask(_ tensor: MergedTensor, _ task: Int, origin: FloatStorage) throws -> SingularComponents {
    var vector = Tensor(zeros: [tensor.rows, tensor.columns])
    try vector.withMutableMatrix { matrix in
      try collection.read(tensor, task: task, into: matrix.base)
      add(origin.base, times: -1, to: matrix.base, count: tensor.count)
    }
    return try collection.components(
      of: vector, name: "the task vector of \(tensor.name), model \(collection.request.models[task].task)")
  }

  /// mean += λ Σᵢ wᵢ · (the first k components of θᵢ − mean), k = ⌊fraction · r⌋, at least 1.
  ///
  /// Source: Choi et al., CART (arXiv:2412.12153).
  private func addTopComponents(_ tensor: MergedTensor, origin: FloatStorage) throws {
    let fraction = settings.keptFraction == 0 ? 1 / Double(taskCount) : settings.keptFraction
    let kept = max(1, Int(fraction * Double(tensor.fullComponentCount)))
    let sum = FloatStorage(count: tensor.count)
    for task in 0..<taskCount {
      let factors = try factorTask(tensor, task, origin: origin)
      addComponents(factors, 0..<kept, to: sum, tensor) { coefficient * weights[task] * factors.values[$0] }
    }
    add(origin.base, sum.base, into: origin.base, count: tensor.count)
  }

  /// target += Σₖ scaleₖ · uₖ vₖᵀ over some components.
  func addComponents(
    _ components: SingularComponents, _ range: Range<Int>, to target: FloatStorage, _ tensor: MergedTensor,
    scale: (Int) -> Float
  ) {
    let left = FloatStorage(count: range.count * tensor.rows)
    for (row, component) in range.enumerated() {
      multiply(
        components.left[row: component], by: scale(component), into: left.base + row * tensor.rows,
        count: tensor.rows)
    }
    multiply(
      left.matrix(rows: range.count, columns: tensor.rows).view.transposed, components.right.rows(range),
      into: target.matrix(rows: tensor.rows, columns: tensor.columns), accumulating: true)
  }

  /// U⊥, σ, V⊥ of TSV-M: the first max(1, ⌊r/T⌋) components of every task side by side, U and V replaced by the nearest
  /// matrices with orthonormal columns.
  ///
  /// Source: Gargiulo et al., Task Singular Vectors (CVPR 2025, arXiv:2412.00081).
  func orthogonalComponents(_ tensor: MergedTensor, _ base: FloatStorage) throws -> SingularComponents {
    let kept = Origin.tsvM.componentCount(of: tensor.fullComponentCount, tasks: taskCount)
    var left = Tensor(zeros: [kept * taskCount, tensor.rows])
    var right = Tensor(zeros: [kept * taskCount, tensor.columns])
    var values: [Float] = []
    for task in 0..<taskCount {
      let factors = try factorTask(tensor, task, origin: base)
      left.withMutableMatrix { copy(factors.left.rows(0..<kept), into: $0.rows(task * kept..<(task + 1) * kept)) }
      right.withMutableMatrix { copy(factors.right.rows(0..<kept), into: $0.rows(task * kept..<(task + 1) * kept)) }
      values += factors.values.prefix(kept).map { $0 * weights[task] }
    }
    left = try nearestOrthonormal(left, tensor)
    right = try nearestOrthonormal(right, tensor)
    return SingularComponents(SingularValueDecomposition(left: left, values: values, right: right))
  }

  /// P·Qᵀ of a matrix's decomposition P Σ Qᵀ: the nearest matrix with orthonormal rows or columns.
  func nearestOrthonormal(_ matrix: Tensor, _ tensor: MergedTensor) throws -> Tensor {
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
    let factors = try factorSum(tensor, base)
    let mean = factors.values.reduce(0) { $0 + Double($1) } / Double(factors.values.count)
    addComponents(factors, 0..<factors.values.count, to: base, tensor) { _ in coefficient * Float(mean) }
  }

  /// The components of S.
  func factorSum(_ tensor: MergedTensor, _ base: FloatStorage) throws -> SingularComponents {
    let sum = try weightedSum(tensor, origin: base)
    let matrix = Tensor(
      shape: [tensor.rows, tensor.columns], elements: Array(UnsafeBufferPointer(start: sum.base, count: sum.count)))
    return try collection.components(of: matrix, name: "the sum of the task vectors of \(tensor.name)")
  }
}
