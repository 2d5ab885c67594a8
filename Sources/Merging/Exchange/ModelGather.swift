import Checkpoints
import Communication
import LinearAlgebra

/// The final gather: owners send their merged tensors in the order of the files, rank 0 writes them as they come.
///
/// Tensors are converted to the type of the output by their owners. Rank 0 holds few of them at a time, never the model.
struct ModelGather {
  let job: Job
  let collection: Collection
  let owner: (Int) -> Int
  /// The merged values of a tensor, on its owner; called once per checkpoint tensor.
  let values: (Int) throws -> MergedValues
  /// Told, on rank 0, how many of all tensors are written.
  var progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  /// What of this rank's tensors cannot be written.
  private let findings = FindingList()

  /// Merged values and what keeps them in memory.
  struct MergedValues {
    let base: UnsafePointer<Float>
    let keeper: AnyObject
  }

  /// A tensor of the output files.
  private struct Item {
    let description: TensorDescription
    /// The merged tensor and the first of its elements that this one is; nil for a tensor taken from the base.
    let source: (tensor: Int, offset: Int)?
  }

  /// How many tensors may be under way at a time.
  private static let window = 3

  /// Sends or writes everything. Collective.
  ///
  /// - Parameter folder: where to write, on rank 0.
  /// - Throws: `AgreedFailure` that names the tensors whose merged values are not finite in the output's type.
  func run(into folder: OutputFolder?) throws {
    var sources: [String: (tensor: Int, offset: Int)] = [:]
    for (index, tensor) in collection.tensors.enumerated() {
      var offset = 0
      for member in tensor.members {
        sources[member.name] = (index, offset)
        offset += member.count
      }
    }
    let carried = Set(collection.carried)
    let names = collection.base.names.filter { carried.contains($0) || sources[$0] != nil }
    let descriptions = names.map { name in
      let entry = collection.base[name]!
      let type = carried.contains(name) ? entry.elementType : collection.outputElementType(name)
      return TensorDescription(name: name, elementType: type, shape: entry.shape)
    }
    let layout = ShardLayout(descriptions, limit: collection.request.shardSize)
    var done = 0
    for shard in layout.shards {
      let items = shard.tensors.sorted { $0.precedesInData($1) }
        .map { Item(description: $0, source: sources[$0.name]) }
      if let folder {
        try write(items, shard.file, folder) {
          done += 1
          progress(done, descriptions.count)
        }
      } else {
        try send(items)
      }
    }
    if let folder, let index = layout.index { try folder.write(index, as: ShardLayout.indexName) }
    try job.agree(on: findings.sorted)
  }

  /// Rank 0's part of one file.
  ///
  /// - Parameter afterEach: called behind each tensor.
  private func write(
    _ items: [Item], _ file: String, _ folder: OutputFolder, afterEach: () -> Void
  ) throws {
    let writer = try SafetensorsWriter(
      path: folder.path(of: file), tensors: items.map(\.description), metadata: ["format": "pt"])
    var arriving: [(buffer: ByteBuffer, request: Request)] = []
    var next = 0
    func receiveAhead(from index: Int) throws {
      next = max(next, index)
      while next < items.count, arriving.count < Self.window {
        let item = items[next]
        if let source = item.source, owner(source.tensor) != job.rank {
          let buffer = ByteBuffer(count: item.description.byteCount)
          let request = try job.world.receive(
            into: buffer.bytes, from: owner(source.tensor), tag: MessageTag.output)
          arriving.append((buffer, request))
        }
        next += 1
      }
    }
    for (index, item) in items.enumerated() {
      defer { afterEach() }
      try receiveAhead(from: index)
      guard let source = item.source else {
        try job.keepingInTouch {
          try collection.base.withBytes(of: item.description.name) {
            try writer.write(item.description.name, bytes: $0)
          }
        }
        continue
      }
      let buffer: ByteBuffer
      if owner(source.tensor) == job.rank {
        buffer = try encode(item, source)
      } else {
        let (received, pending) = arriving.removeFirst()
        var request = pending
        try job.world.wait(&request)
        buffer = received
      }
      try job.keepingInTouch {
        try writer.write(item.description.name, bytes: UnsafeRawBufferPointer(buffer.bytes))
      }
    }
    try job.keepingInTouch { try writer.finish() }
  }

  /// Other ranks' part of one file.
  private func send(_ items: [Item]) throws {
    var leaving: [(buffer: ByteBuffer, request: Request)] = []
    for item in items {
      guard let source = item.source, owner(source.tensor) == job.rank else { continue }
      if leaving.count == Self.window {
        let (buffer, pending) = leaving.removeFirst()
        var request = pending
        try job.world.wait(&request)
        withExtendedLifetime(buffer) {}
      }
      let buffer = try encode(item, source)
      let request = try job.world.send(UnsafeBufferPointer(buffer.bytes), to: 0, tag: MessageTag.output)
      leaving.append((buffer, request))
    }
    for index in leaving.indices { try job.world.wait(&leaving[index].request) }
  }

  private func encode(_ item: Item, _ source: (tensor: Int, offset: Int)) throws -> ByteBuffer {
    let buffer = ByteBuffer(count: item.description.byteCount)
    let values = try values(source.tensor)
    let count = item.description.shape.reduce(1, *)
    let type = item.description.elementType
    withExtendedLifetime(values.keeper) {
      let floats = UnsafeBufferPointer(start: values.base + source.offset, count: count)
      type.encode(floats, into: UnsafeMutableRawBufferPointer(buffer.bytes))
      if let position = type.firstNonFinite(in: UnsafeRawBufferPointer(buffer.bytes)) {
        findings.append(Self.finding(floats[position], at: position, of: item.description))
      }
    }
    return buffer
  }

  private static func finding(_ value: Float, at position: Int, of tensor: TensorDescription) -> String {
    let place = "merged tensor \(tensor.name), element \(position)"
    return value.isFinite
      ? "\(place): \(value) is too large for \(tensor.elementType.rawValue); choose another dtype"
      : "\(place): came out as \(value); the models' weights or merge coefficients are too large"
  }
}

/// Bytes that stay where they are.
private final class ByteBuffer {
  let bytes: UnsafeMutableBufferPointer<UInt8>

  init(count: Int) { bytes = .allocate(capacity: count) }

  deinit { bytes.deallocate() }
}
