import LinearAlgebra

extension StaticMerge {
  /// U⊥, σ̄, V⊥ of Iso-CTS: what all tasks have in common, and behind it some directions of each task's own, all equally
  /// strong.
  ///
  /// In common are the first k components of S. Task i adds the first s of its vector without what lies in the common
  /// directions, wᵢτᵢ − U_k U_kᵀ wᵢτᵢ. U and V, side by side, are replaced by the nearest matrices with orthonormal columns; σ̄
  /// is the mean of all their singular values. Tasks get equal shares, s = ⌊(r − ⌊fraction · r⌋) / T⌋, and k = r − s·T.
  ///
  /// Source: Marczak et al., Isotropic Model Merging with common and task-specific subspaces (ICML 2025, arXiv:2502.04959).
  func isotropicComponents(_ tensor: MergedTensor, _ base: FloatStorage) throws -> SingularComponents {
    let r = tensor.fullComponentCount
    let own = settings.ownComponentCount(of: r, tasks: taskCount)
    let common = r - own * taskCount
    let sum = try factorSum(tensor, base)
    var left = Tensor(zeros: [r, tensor.rows])
    var right = Tensor(zeros: [r, tensor.columns])
    left.withMutableMatrix { copy(sum.left.rows(0..<common), into: $0.rows(0..<common)) }
    right.withMutableMatrix { copy(sum.right.rows(0..<common), into: $0.rows(0..<common)) }
    var values = Array(sum.values.prefix(common))
    for task in 0..<taskCount where own > 0 {
      let factors = try factorOutside(sum.left.rows(0..<common), tensor, task, base)
      let start = common + task * own
      left.withMutableMatrix { target in
        factors.left.withMatrix { copy($0.rows(0..<own), into: target.rows(start..<start + own)) }
      }
      right.withMutableMatrix { target in
        factors.right.withMatrix { copy($0.rows(0..<own), into: target.rows(start..<start + own)) }
      }
      values += factors.values.prefix(own)
    }
    let mean = values.reduce(0) { $0 + Double($1) } / Double(r)
    return SingularComponents(
      SingularValueDecomposition(
        left: try nearestOrthonormal(left, tensor), values: [Float](repeating: Float(mean), count: r),
        right: try nearestOrthonormal(right, tensor)))
  }

  /// The decomposition of wᵢτᵢ without its part in the directions `common` [k, m].
  private func factorOutside(
    _ common: MatrixView, _ tensor: MergedTensor, _ task: Int, _ base: FloatStorage
  ) throws -> SingularValueDecomposition {
    var vector = Tensor(zeros: [tensor.rows, tensor.columns])
    let inside = FloatStorage(count: common.rows * tensor.columns)
    try vector.withMutableMatrix { matrix in
      try collection.read(tensor, task: task, into: matrix.base)
      add(base.base, times: -1, to: matrix.base, count: tensor.count)
      multiply(matrix.base, by: weights[task], into: matrix.base, count: tensor.count)
      let projection = inside.matrix(rows: common.rows, columns: tensor.columns)
      multiply(common, matrix.view, into: projection)
      multiply(common.transposed, projection.view, into: matrix, scale: -1, accumulating: true)
    }
    return try SingularValueDecomposition(
      vector, name: "the own directions of \(tensor.name), model \(collection.request.models[task].task)")
  }
}
