import LinearAlgebra

/// All tasks' vectors of some elements of a tensor.
struct TaskVectorStretch {
  /// Which elements.
  let elements: Range<Int>
  /// [tasks, elements], rows one behind the other.
  let values: UnsafeMutablePointer<Float>

  /// One task's vector, which may be changed.
  subscript(task: Int) -> UnsafeMutablePointer<Float> { values + task * elements.count }
}

extension StaticMerge {
  /// Elements of all models together that are looked at at a time: they stay in the second cache.
  private static let elementsOfAll = 65_536

  /// Reads the task vectors τᵢ = θᵢ − θ₀ of a tensor stretch by stretch, of each stretch all tasks: methods that look at an
  /// entry of every task together hold no more than that.
  ///
  /// - Parameter base: θ₀ [m, n]; `body` may change the stretch that it is given.
  func forTaskVectors(
    _ tensor: MergedTensor, base: FloatStorage, _ body: (TaskVectorStretch) -> Void
  ) throws {
    for task in 0..<taskCount { collection.prefetch(tensor, task: task) }
    // Whole pieces of `dot`.
    let length = max(4_096, Self.elementsOfAll / taskCount / 4_096 * 4_096)
    let values = FloatStorage(count: taskCount * min(length, tensor.count))
    for start in stride(from: 0, to: tensor.count, by: length) {
      let stretch = TaskVectorStretch(elements: start..<min(start + length, tensor.count), values: values.base)
      for task in 0..<taskCount {
        try collection.read(tensor, task: task, elements: stretch.elements, into: stretch[task])
        add(base.base + start, times: -1, to: stretch[task], count: stretch.elements.count)
      }
      body(stretch)
    }
  }
}
