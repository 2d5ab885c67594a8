import Checkpoints
import Communication
import LinearAlgebra
import Transformers

/// The weights of the encoder's body as forward passes see them: once on every node, in memory that its ranks share.
///
/// A tensor is written by one rank, the owner of what it holds, which also sends it to the other nodes. On each of these
/// one rank, the receiver, takes it straight into the node's memory; a node's ranks take turns.
package final class SharedBody {
  package let weights: BodyWeights

  private let job: Job
  private let memory: SharedMemory<Float>
  private let tensors: [MergedTensor]
  private let outbox: Outbox

  /// Collective. The memory lives as long as the job, or until `free`.
  ///
  /// - Parameter tensors: those of the body lie in the layout.
  init(job: Job, layout: ParameterLayout, tensors: [MergedTensor]) throws {
    self.job = job
    self.tensors = tensors
    memory = try SharedMemory<Float>(count: layout.count, node: job.node)
    weights = BodyWeights(base: memory.base, layout: layout)
    outbox = Outbox(job.world)
  }

  /// Memory for the weights of one model, a tensor for each of the encoder's parameters. Collective.
  convenience init(job: Job, encoder: Encoder) throws {
    let layout = encoder.layout
    let tensors = layout.parameters.indices.map { index in
      let parameter = layout.parameters[index]
      return MergedTensor(
        name: parameter.name, members: [MergedTensor.Member(name: parameter.name, shape: parameter.shape)],
        role: .frozen, place: MergedTensor.Place(offset: layout.offsets[index], stage: parameter.stage))
    }
    try self.init(job: job, layout: layout, tensors: tensors)
  }

  /// Gives the memory back. Collective; the weights must not be used any more.
  func free() throws {
    try memory.free()
    // A rank that is alone on its node has it from the C library, which keeps what is freed.
    ProcessMemory.release()
  }

  /// Reads all tensors from checkpoints, each on one rank. Collective.
  ///
  /// - Parameter folder: says where the tensor of a name is.
  func publish(pool: WorkerPool, from folder: @Sendable (_ name: String) -> ModelFolder) throws {
    let (tensors, ranks) = (tensors, job.size)
    try publish(Array(tensors.indices), pool: pool, writers: tensors.indices.map { $0 % ranks }) { index, target in
      let tensor = tensors[index]
      try folder(tensor.name).readFloats(
        tensor.name, elements: 0..<tensor.count,
        into: UnsafeMutableBufferPointer(start: target.base, count: tensor.count))
    }
  }

  /// A tensor in this node's memory.
  package func elements(_ tensor: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory.base + tensors[tensor].place!.offset, count: tensors[tensor].count)
  }

  /// A tensor in this node's memory, as a matrix.
  func matrix(_ tensor: Int) -> MutableMatrixView {
    MutableMatrixView(
      memory.base + tensors[tensor].place!.offset, rows: tensors[tensor].rows, columns: tensors[tensor].columns)
  }

  /// The rank of a node that receives a tensor.
  private func receiver(of tensor: Int, onNode node: Int) -> Int { job.topology.rank(onNode: node, turn: tensor) }

  /// Starts to take in a tensor that `writer`, on another node, will share; does nothing on ranks that do not receive it.
  ///
  /// The writer must not share it before this node's ranks have done with its present value.
  func expect(_ tensor: Int, from writer: Int) throws {
    let node = job.nodeIndex
    guard job.topology.nodeOfRank[writer] != node, receiver(of: tensor, onNode: node) == job.rank else { return }
    outbox.add(try job.world.receive(into: elements(tensor), from: writer, tag: MessageTag.weights(tensor: tensor)))
  }

  /// Starts to send a tensor, which this rank has written, to all other nodes. It must not change until `complete`.
  func share(_ tensor: Int) throws {
    for node in 0..<job.topology.nodeCount where node != job.nodeIndex {
      outbox.add(
        try job.world.send(
          UnsafeBufferPointer(elements(tensor)), to: receiver(of: tensor, onNode: node),
          tag: MessageTag.weights(tensor: tensor)))
    }
  }

  /// Lets messages proceed, without waiting.
  func progress() throws { try outbox.progress() }

  /// Returns when all that was shared and expected has arrived and every rank of the node sees it. Collective.
  func complete() throws {
    try outbox.complete()
    try memory.synchronize()
  }

  /// Fills tensors with something else than merged weights: each is written by its writer and arrives everywhere.
  /// Collective.
  ///
  /// - Parameters:
  ///   - tensors: which.
  ///   - writers: the rank that writes each of them.
  ///   - fill: writes one, on the writer's workers.
  func publish(
    _ tensors: [Int], pool: WorkerPool, writers: [Int],
    fill: @Sendable (_ tensor: Int, _ target: MutableMatrixView) throws -> Void
  ) throws {
    // Nobody may still be reading what was there.
    try job.world.barrier()
    for (tensor, writer) in zip(tensors, writers) { try expect(tensor, from: writer) }
    let own = zip(tensors, writers).filter { $0.1 == job.rank }.map(\.0)
    let targets = own.map { matrix($0) }
    try pool.run(own.count, meanwhile: progress) { index, _ in try fill(own[index], targets[index]) }
    for tensor in own { try share(tensor) }
    try complete()
  }
}
