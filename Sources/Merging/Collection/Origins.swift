import Communication
import LinearAlgebra

/// Reads what task vectors are measured from: the base's weights, or for CART the mean of the models'.
///
/// The mean over models that several ranks own is put together by the tensor's owner, which sends it back to the others.
/// Tasks are added as everywhere: one after the other within a group, groups by the tree.
struct Origins {
  let job: Job
  let pool: WorkerPool
  let collection: Collection
  let plan: ShardPlan

  /// The origins [m, n] of all tensors that this rank owns tasks of, by tensor. Collective.
  ///
  /// - Parameter tensors: those of all ranks.
  func read(_ tensors: [Int]) throws -> [Int: FloatStorage] {
    let own = tensors.filter { tensor in plan.shares[tensor].contains { $0.rank == job.rank } }
    guard collection.request.origin == .cart else {
      let values = try pool.map(own) { [collection] tensor in
        let storage = FloatStorage(count: collection.tensors[tensor].count)
        try collection.read(collection.tensors[tensor], task: nil, into: storage.base)
        return storage
      }
      return Dictionary(uniqueKeysWithValues: zip(own, values))
    }

    let shares = own.flatMap { tensor in plan.shares[tensor].filter { $0.rank == job.rank } }
    let sums = try pool.map(shares) { [collection] share in
      try Self.sum(share.groups, of: collection.tensors[share.tensor], collection)
    }
    let outbox = Outbox(job.world)
    for (share, sum) in zip(shares, sums) where plan.owner(of: share.tensor) != job.rank {
      outbox.add(
        try job.world.send(sum.buffer, to: plan.owner(of: share.tensor), tag: MessageTag.taskSum(share)))
    }
    var origins: [Int: FloatStorage] = [:]
    for tensor in own where plan.owner(of: tensor) == job.rank {
      var parts: [Range<Int>: FloatStorage] = [:]
      for share in plan.shares[tensor] {
        if let index = shares.firstIndex(of: share) {
          parts[share.groups] = sums[index]
        } else {
          parts[share.groups] = try receive(tensor, from: share.rank, tag: MessageTag.taskSum(share))
        }
      }
      let mean = Self.mean(parts, taskCount: collection.taskCount)
      origins[tensor] = mean
      for other in Set(plan.shares[tensor].map(\.rank)).sorted() where other != job.rank {
        outbox.add(try job.world.send(mean.buffer, to: other, tag: MessageTag.origin(tensor: tensor)))
      }
    }
    for tensor in own where plan.owner(of: tensor) != job.rank {
      origins[tensor] = try receive(tensor, from: plan.owner(of: tensor), tag: MessageTag.origin(tensor: tensor))
    }
    try outbox.complete()
    // The memory of messages under way must live until here.
    return withExtendedLifetime(sums) { origins }
  }

  private func receive(_ tensor: Int, from source: Int, tag: Int) throws -> FloatStorage {
    let storage = FloatStorage(count: collection.tensors[tensor].count)
    var request = try job.world.receive(
      into: UnsafeMutableBufferPointer(start: storage.base, count: storage.count), from: source, tag: tag)
    try job.world.wait(&request)
    return storage
  }

  /// Σ θᵢ over the tasks of a node of the tree over groups.
  static func sum(_ node: Range<Int>, of tensor: MergedTensor, _ collection: Collection) throws -> FloatStorage {
    let groups = ShardPlan.groups(tasks: collection.taskCount)
    let count = tensor.count
    let buffers = (0...SumTree.depth(of: node)).map { _ in FloatStorage(count: count) }
    let read = FloatStorage(count: count)
    var failure: (any Error)?
    SumTree.sum(node) { group, index in
      do {
        for task in groups[group.lowerBound] {
          try collection.read(tensor, task: task, into: read.base)
          if task == groups[group.lowerBound].lowerBound {
            buffers[index].base.update(from: read.base, count: count)
          } else {
            add(buffers[index].base, read.base, into: buffers[index].base, count: count)
          }
        }
      } catch { failure = error }
    } addition: { index, to in
      add(buffers[to].base, buffers[index].base, into: buffers[to].base, count: count)
    }
    if let failure { throw failure }
    return buffers[0]
  }

  /// The mean, out of the sums over the tree nodes that the shares of a tensor have.
  static func mean(_ parts: [Range<Int>: FloatStorage], taskCount: Int) -> FloatStorage {
    let count = parts.values.first!.count
    let result = FloatStorage(count: count)
    let root = 0..<ShardPlan.groups(tasks: taskCount).count
    SumTree.gather(parts.mapValues(\.base), root: root, count: count, into: result.base)
    multiply(result.base, by: 1 / Float(taskCount), into: result.base, count: count)
    return result
  }
}

extension SumTree {
  /// Adds up sums over some nodes of a tree, which together are all of it.
  static func gather(
    _ parts: [Range<Int>: UnsafeMutablePointer<Float>], root: Range<Int>, count: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let scratch = FloatStorage(count: depth(of: root) * count)
    func buffer(_ index: Int) -> UnsafeMutablePointer<Float> {
      index == 0 ? target : scratch.base + (index - 1) * count
    }
    sum(
      root, isTerm: { parts[$0] != nil },
      term: { node, index in buffer(index).update(from: parts[node]!, count: count) },
      addition: { index, to in add(buffer(to), buffer(index), into: buffer(to), count: count) })
  }
}

extension FloatStorage {
  /// All elements, to be sent.
  var buffer: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: base, count: count) }
}
