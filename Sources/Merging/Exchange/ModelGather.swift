import Checkpoints
import Communication
import Crypto
import LinearAlgebra

/// The final gather: owners send their merged tensors in the order of the files, rank 0 writes them as they come.
///
/// Tensors are converted to the type of the output by their owners. Rank 0 holds few of them at a time, never the model. It can
/// go on while tensors are still being computed: `advance` takes one that is there, `complete` all the rest.
package final class ModelGather {
  /// Merged values and what keeps them in memory.
  package struct MergedValues {
    let base: UnsafePointer<Float>
    let keeper: AnyObject

    package init(base: UnsafePointer<Float>, keeper: AnyObject) {
      self.base = base
      self.keeper = keeper
    }
  }

  /// A tensor of the output files.
  private struct Item {
    let description: TensorDescription
    /// The merged tensor and the first of its elements that this one is; nil for a tensor taken from the base.
    let source: (tensor: Int, offset: Int)?
  }

  /// The SHA-256 of all tensors, as `sha256(ofTensorsIn:)` has it; nil until `complete`, on other ranks than 0, and where
  /// tensors are not written in the order of their names.
  package private(set) var weightsSha256: String?

  private let job: Job
  private let collection: Collection
  private let folder: OutputFolder?
  private let owner: (Int) -> Int
  private let values: (Int) throws -> MergedValues?
  private let layout: ShardLayout
  /// Of each file what this rank writes or sends, in order.
  private let items: [[Item]]
  /// What of this rank's tensors cannot be written.
  private let findings = FindingList()

  /// The next item, by file and place in it.
  private var next = (file: 0, item: 0)
  /// Rank 0's: the present file, and which of its items are received already or will be.
  private var writer: SafetensorsWriter?
  private var nextReceived = 0
  private var arriving: [(buffer: ByteBuffer, request: Request)] = []
  /// Other ranks': what is on its way to rank 0.
  private var leaving: [(buffer: ByteBuffer, request: Request)] = []
  private var written = 0
  /// Nil where it would not be that of the tensors by their names.
  private var hash: SHA256?

  /// How many tensors may be under way at a time.
  private static let window = 3

  /// - Parameters:
  ///   - folder: where to write, on rank 0.
  ///   - owner: the rank that gives a merged tensor.
  ///   - values: the merged values of a tensor, on its owner; nil where they are not there yet. Called with success once per
  ///     tensor of the output.
  package init(
    job: Job, collection: Collection, folder: OutputFolder?, owner: @escaping (Int) -> Int,
    values: @escaping (Int) throws -> MergedValues?
  ) {
    self.job = job
    self.collection = collection
    self.folder = folder
    self.owner = owner
    self.values = values
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
    layout = ShardLayout(descriptions, limit: collection.request.shardSize)
    let all = layout.shards.map { shard in
      shard.tensors.sorted { $0.precedesInData($1) }.map { Item(description: $0, source: sources[$0.name]) }
    }
    if job.isCoordinator, all.joined().map(\.description.name) == names { hash = SHA256() }
    items =
      folder != nil
      ? all
      : all.map { $0.filter { item in item.source.map { owner($0.tensor) == job.rank } ?? false } }
  }

  /// This rank's merged tensors in the order in which it writes or sends them.
  package var order: [Int] {
    var known: Set<Int> = []
    return items.joined().compactMap(\.source?.tensor).filter { owner($0) == job.rank && known.insert($0).inserted }
  }

  /// Writes or sends the next tensor if it is there, and waits for nothing but the disk.
  package func advance() throws { _ = try step(waits: false) }

  /// Writes or sends all that is left, and waits for it. This rank's tensors are there; other ranks may still compute theirs.
  ///
  /// - Parameter progress: told, on rank 0, how many of all tensors are written.
  package func complete(progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }) throws {
    let count = items.reduce(0) { $0 + $1.count }
    while try step(waits: true) { if folder != nil { progress(written, count) } }
    for index in leaving.indices { try job.world.wait(&leaving[index].request) }
    leaving = []
    if let folder, let index = layout.index { try folder.write(index, as: ShardLayout.indexName) }
    weightsSha256 = hash?.finalize().hexadecimal
  }

  /// Looks at what came of it. Collective, behind `complete`.
  ///
  /// - Throws: `AgreedFailure` that names the tensors whose merged values are not finite in the output's type.
  package func check() throws { try job.agree(on: findings.sorted) }

  /// Writes or sends the next tensor.
  ///
  /// - Parameter waits: whether to wait for messages, and to insist that own tensors are there.
  /// - Returns: whether it did.
  private func step(waits: Bool) throws -> Bool {
    while next.file < items.count, next.item == items[next.file].count { try endFile() }
    guard next.file < items.count else { return false }
    let item = items[next.file][next.item]
    guard try folder != nil ? write(item, waits: waits) : send(item, waits: waits) else { return false }
    next.item += 1
    written += 1
    job.world.activity.advance()
    return true
  }

  private func endFile() throws {
    // A file without tensors has a header all the same.
    if folder != nil { try beginFile() }
    if let writer { try job.keepingInTouch { try writer.finish() } }
    writer = nil
    (next, nextReceived) = ((next.file + 1, 0), 0)
  }

  private func beginFile() throws {
    guard writer == nil, let folder else { return }
    writer = try SafetensorsWriter(
      path: folder.path(of: layout.shards[next.file].file), tensors: items[next.file].map(\.description),
      metadata: ["format": "pt"])
  }

  /// Rank 0's part of one tensor.
  private func write(_ item: Item, waits: Bool) throws -> Bool {
    try beginFile()
    try receiveAhead()
    let name = item.description.name
    guard let source = item.source else {
      try job.keepingInTouch {
        try collection.base.withBytes(of: name) { try append($0, to: name) }
      }
      return true
    }
    if owner(source.tensor) == job.rank {
      guard let values = try take(source.tensor, waits: waits) else { return false }
      try withExtendedLifetime(values.keeper) {
        let floats = floats(of: item, in: values, from: source.offset)
        if item.description.elementType == .f32 {
          let bytes = UnsafeRawBufferPointer(floats)
          check(bytes, of: item, from: floats)
          return try job.keepingInTouch { try append(bytes, to: name) }
        }
        let buffer = encode(item, floats)
        try job.keepingInTouch { try append(UnsafeRawBufferPointer(buffer.bytes), to: name) }
      }
      return true
    }
    guard try waits || arriving[0].request.test() else { return false }
    try job.world.wait(&arriving[0].request)
    let buffer = arriving.removeFirst().buffer
    try job.keepingInTouch { try append(UnsafeRawBufferPointer(buffer.bytes), to: name) }
    return true
  }

  private func append(_ bytes: UnsafeRawBufferPointer, to name: String) throws {
    hash?.update(bufferPointer: bytes)
    try writer!.write(name, bytes: bytes)
  }

  /// Lets other ranks' next tensors of this file come.
  private func receiveAhead() throws {
    let items = items[next.file]
    nextReceived = max(nextReceived, next.item)
    while nextReceived < items.count, arriving.count < Self.window {
      let item = items[nextReceived]
      if let source = item.source, owner(source.tensor) != job.rank {
        let buffer = ByteBuffer(count: item.description.byteCount)
        let request = try job.world.receive(into: buffer.bytes, from: owner(source.tensor), tag: MessageTag.output)
        arriving.append((buffer, request))
      }
      nextReceived += 1
    }
  }

  /// Other ranks' part of one tensor.
  private func send(_ item: Item, waits: Bool) throws -> Bool {
    while !leaving.isEmpty, try leaving[0].request.test() { leaving.removeFirst() }
    if leaving.count == Self.window {
      guard waits else { return false }
      try job.world.wait(&leaving[0].request)
      leaving.removeFirst()
    }
    let source = item.source!
    guard let values = try take(source.tensor, waits: waits) else { return false }
    let buffer = withExtendedLifetime(values.keeper) { encode(item, floats(of: item, in: values, from: source.offset)) }
    let request = try job.world.send(UnsafeBufferPointer(buffer.bytes), to: 0, tag: MessageTag.output)
    leaving.append((buffer, request))
    return true
  }

  private func take(_ tensor: Int, waits: Bool) throws -> MergedValues? {
    let found = try values(tensor)
    precondition(found != nil || !waits, "all of a rank's tensors are there when it completes")
    return found
  }

  private func floats(of item: Item, in values: MergedValues, from offset: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: values.base + offset, count: item.description.shape.reduce(1, *))
  }

  private func encode(_ item: Item, _ floats: UnsafeBufferPointer<Float>) -> ByteBuffer {
    let buffer = ByteBuffer(count: item.description.byteCount)
    item.description.elementType.encode(floats, into: UnsafeMutableRawBufferPointer(buffer.bytes))
    check(UnsafeRawBufferPointer(buffer.bytes), of: item, from: floats)
    return buffer
  }

  /// Notes what is not finite in the output's type.
  private func check(_ bytes: UnsafeRawBufferPointer, of item: Item, from floats: UnsafeBufferPointer<Float>) {
    if let position = item.description.elementType.firstNonFinite(in: bytes) {
      findings.append(Self.finding(floats[position], at: position, of: item.description))
    }
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
