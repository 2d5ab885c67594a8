import LinearAlgebra

/// The output's values of tensors that a learning method leaves alone: the origin's.
struct MergedOrigin {
  let collection: Collection

  /// [m, n]: the base's values; with CART's origin the mean over the tasks.
  func values(_ index: Int) throws -> FloatStorage {
    let tensor = collection.tensors[index]
    guard collection.request.origin == .cart else {
      let storage = FloatStorage(count: tensor.count)
      try collection.read(tensor, task: nil, into: storage.base)
      return storage
    }
    let groups = ShardPlan.groups(tasks: collection.taskCount)
    let sum = try Origins.sum(groups.indices, of: tensor, collection)
    return Origins.mean([groups.indices: sum], taskCount: collection.taskCount)
  }
}
