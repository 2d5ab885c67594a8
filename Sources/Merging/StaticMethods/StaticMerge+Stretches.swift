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
  /// Reads the task vectors τᵢ = θᵢ − θ₀ of a tensor stretch by stretch, of each stretch all tasks: methods that look at an
  /// entry of every task together hold no more than that.
  ///
  /// - Parameter base: θ₀ [m, n]; `body` may change the stretch that it is given.
  func forTaskVectors(
    _ tensor: MergedTensor, base: FloatStorage, _ body: (TaskVectorStretch) -> Void
  ) throws {
    for task in 0..<taskCount { collection.prefetch(tensor, task: task) }
    let values = FloatStorage(count: taskCount * min(Self.stretch, tensor.count))
    for start in stride(from: 0, to: tensor.count, by: Self.stretch) {
      let stretch = TaskVectorStretch(elements: start..<min(start + Self.stretch, tensor.count), values: values.base)
      for task in 0..<taskCount {
        try collection.read(tensor, task: task, elements: stretch.elements, into: stretch[task])
        add(base.base + start, times: -1, to: stretch[task], count: stretch.elements.count)
      }
      body(stretch)
    }
  }
}
