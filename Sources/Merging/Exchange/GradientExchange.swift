import Communication
import LinearAlgebra

/// Brings the gradients of a stage's tensors from the ranks that computed lanes to the tensors' owners.
///
/// Two stages are under way at a time: while the lanes of one are computed, the sums of the one before travel. So there
/// are two slots of memory, which stages use in turn, and no rank ever holds more of the gradient than two stages.
final class GradientExchange {
  /// A tensor of a stage, and where its gradient lies in the stage's memory.
  struct StageTensor: Sendable {
    let tensor: Int
    let offset: Int
    let count: Int
    let route: GradientRoute
    /// Ranks other than the owner that own tasks of it.
    let otherOwners: [Int]
  }

  /// The tensors of one stage whose gradients are wanted.
  struct Stage: Sendable {
    let tensors: [StageTensor]
    let count: Int
  }

  /// Some elements in one of the memories of a slot.
  private struct Place: Sendable {
    let storage: FloatStorage
    let offset: Int

    var pointer: UnsafeMutablePointer<Float> { storage.base + offset }
  }

  private struct Slot {
    /// This rank's own sums: piece after piece, each with all tensors of the stage.
    let own: FloatStorage
    /// What others send.
    let incoming: FloatStorage
    /// What this rank puts together: for other nodes' owners, and for its own tensors.
    let combined: FloatStorage
    let sent: Outbox
    let withinNode: Outbox
    let betweenNodes: Outbox
    let gradients: Outbox
  }

  private let job: Job
  private let lanes: LanePlan
  private let ownPieces: [Range<Int>]
  private let stages: [Int: Stage]
  private let slots: [Slot]
  /// Stages take slots in turn, in the order in which they are computed.
  private let slotOfStage: [Int: Int]

  /// Elements that one item of a combination adds up.
  private static let stretch = 1 << 16

  /// - Parameter stages: the stages that have wanted gradients, by number.
  init(job: Job, lanes: LanePlan, stages: [Int: Stage]) {
    self.job = job
    self.lanes = lanes
    self.stages = stages
    ownPieces = lanes.pieces(ofRank: job.rank)
    var own = 0
    var incoming = 0
    var combined = 0
    for stage in stages.values {
      own = max(own, stage.count * ownPieces.count)
      incoming = max(incoming, stage.tensors.reduce(0) { $0 + Self.incoming($1, rank: job.rank).count * $1.count })
      combined = max(
        combined, stage.tensors.reduce(0) { $0 + Self.combinations($1, lanes, job).count * $1.count })
    }
    let slotCount = min(2, stages.count)
    slotOfStage = Dictionary(
      uniqueKeysWithValues: stages.keys.sorted(by: >).enumerated().map { ($1, $0 % max(1, slotCount)) })
    slots = (0..<slotCount).map { _ in
      Slot(
        own: FloatStorage(count: own), incoming: FloatStorage(count: incoming),
        combined: FloatStorage(count: combined), sent: Outbox(job.world), withinNode: Outbox(job.world),
        betweenNodes: Outbox(job.world), gradients: Outbox(job.world))
    }
  }

  /// The pieces that a rank receives of a tensor.
  private static func incoming(_ tensor: StageTensor, rank: Int) -> [GradientRoute.Piece] {
    (tensor.route.withinNodes + tensor.route.betweenNodes).filter { $0.to == rank }
  }

  /// The tree nodes of a tensor that a rank puts together: the whole for its owner, a node's pieces for a reducer.
  /// Other owners have room for the whole too, which is sent to them.
  private static func combinations(_ tensor: StageTensor, _ lanes: LanePlan, _ job: Job) -> [Range<Int>] {
    let leaving = Self.leaving(tensor, lanes, job)
    let needsWhole = tensor.route.owner == job.rank || tensor.otherOwners.contains(job.rank)
    return needsWhole && !leaving.contains(lanes.tree.root) ? leaving + [lanes.tree.root] : leaving
  }

  /// The tree nodes of a tensor that a rank adds up for an owner on another node.
  private static func leaving(_ tensor: StageTensor, _ lanes: LanePlan, _ job: Job) -> [Range<Int>] {
    let isReducer = tensor.route.reducers[job.nodeIndex] == job.rank && tensor.route.owner != job.rank
    return isReducer ? lanes.pieces(ofNode: job.nodeIndex) : []
  }

  private func slot(_ stage: Int) -> Slot { slots[slotOfStage[stage]!] }

  /// Where this rank's sum over one of its pieces belongs, for all tensors of a stage.
  func ownSum(stage: Int, piece: Int) -> UnsafeMutablePointer<Float> {
    slot(stage).own.base + piece * stages[stage]!.count
  }

  /// Opens a stage: waits until its slot's former sums have left, and starts to receive.
  func begin(stage: Int) throws {
    let slot = slot(stage)
    try slot.sent.complete()
    let rank = job.rank
    var offset = 0
    for tensor in stages[stage]!.tensors {
      for piece in Self.incoming(tensor, rank: rank) {
        let isWithin = job.topology.nodeOfRank[piece.from] == job.nodeIndex
        let request = try job.world.receive(
          into: UnsafeMutableBufferPointer(start: slot.incoming.base + offset, count: tensor.count), from: piece.from,
          tag: tag(of: piece, tensor.tensor))
        (isWithin ? slot.withinNode : slot.betweenNodes).add(request)
        offset += tensor.count
      }
    }
  }

  private func tag(of piece: GradientRoute.Piece, _ tensor: Int) -> Int {
    let node = job.topology.nodeOfRank[piece.from]
    if node == job.topology.nodeOfRank[piece.to] {
      return MessageTag.pieceWithinNode(
        tensor: tensor, piece: lanes.pieces(ofRank: piece.from).firstIndex(of: piece.lanes)!)
    }
    return MessageTag.pieceBetweenNodes(
      tensor: tensor, piece: lanes.pieces(ofNode: node).firstIndex(of: piece.lanes)!)
  }

  /// Sends this rank's sums of a stage, which are complete, on their way.
  func send(stage: Int) throws {
    let slot = slot(stage)
    for tensor in stages[stage]!.tensors {
      for piece in tensor.route.withinNodes where piece.from == job.rank {
        let place = ownPieces.firstIndex(of: piece.lanes)!
        slot.sent.add(
          try job.world.send(
            UnsafeBufferPointer(start: ownSum(stage: stage, piece: place) + tensor.offset, count: tensor.count),
            to: piece.to, tag: tag(of: piece, tensor.tensor)))
      }
    }
  }

  /// Lets the messages of all stages under way proceed, without waiting.
  func progress() throws {
    for slot in slots {
      for outbox in [slot.sent, slot.withinNode, slot.betweenNodes, slot.gradients] { try outbox.progress() }
    }
  }

  /// Waits for a stage's sums, adds them up, and returns the whole gradients of the tensors that this rank owns tasks of,
  /// by the tensor's number. They are valid until the next stage but one begins.
  func finish(stage: Int, pool: WorkerPool) throws -> [Int: MutableMatrixView] {
    let slot = slot(stage)
    let tensors = stages[stage]!.tensors
    try slot.withinNode.complete()
    let places = combinationPlaces(stage)

    // What leaves this node goes first: others wait for it.
    let leaving = tensors.filter { $0.route.betweenNodes.contains { $0.from == job.rank } }
    try combine(leaving, stage: stage, places: places, pool: pool) { [lanes, job] in Self.leaving($0, lanes, job) }
    for tensor in leaving {
      for piece in tensor.route.betweenNodes where piece.from == job.rank {
        let place = places[tensor.tensor]![piece.lanes]!
        slot.sent.add(
          try job.world.send(
            UnsafeBufferPointer(start: place.pointer, count: tensor.count), to: piece.to,
            tag: tag(of: piece, tensor.tensor)))
      }
    }

    try slot.betweenNodes.complete()
    let owned = tensors.filter { $0.route.owner == job.rank }
    try combine(owned, stage: stage, places: places, pool: pool) { [lanes] _ in [lanes.tree.root] }
    for tensor in tensors {
      guard let whole = places[tensor.tensor]?[lanes.tree.root] else { continue }
      if tensor.route.owner == job.rank {
        for other in tensor.otherOwners {
          slot.sent.add(
            try job.world.send(
              UnsafeBufferPointer(start: whole.pointer, count: tensor.count), to: other,
              tag: MessageTag.gradient(tensor: tensor.tensor)))
        }
      } else if tensor.otherOwners.contains(job.rank) {
        slot.gradients.add(
          try job.world.receive(
            into: UnsafeMutableBufferPointer(start: whole.pointer, count: tensor.count), from: tensor.route.owner,
            tag: MessageTag.gradient(tensor: tensor.tensor)))
      }
    }
    try slot.gradients.complete()

    var gradients: [Int: MutableMatrixView] = [:]
    for tensor in tensors where tensor.route.owner == job.rank || tensor.otherOwners.contains(job.rank) {
      let whole = places[tensor.tensor]![lanes.tree.root]!
      gradients[tensor.tensor] = MutableMatrixView(whole.pointer, rows: 1, columns: tensor.count)
    }
    return gradients
  }

  /// Where the sums lie that this rank puts together, by tensor and tree node; a sum that is there already, because one
  /// rank computed all of it, stays where it is.
  private func combinationPlaces(_ stage: Int) -> [Int: [Range<Int>: Place]] {
    let slot = slot(stage)
    var offset = 0
    var places: [Int: [Range<Int>: Place]] = [:]
    for tensor in stages[stage]!.tensors {
      for node in Self.combinations(tensor, lanes, job) {
        if let own = ownPieces.firstIndex(of: node) {
          places[tensor.tensor, default: [:]][node] = Place(
            storage: slot.own, offset: own * stages[stage]!.count + tensor.offset)
        } else {
          places[tensor.tensor, default: [:]][node] = Place(storage: slot.combined, offset: offset)
        }
        offset += tensor.count
      }
    }
    return places
  }

  /// Adds up the pieces at hand to tree nodes that this rank puts together.
  private func combine(
    _ tensors: [StageTensor], stage: Int, places: [Int: [Range<Int>: Place]], pool: WorkerPool,
    nodes: (StageTensor) -> [Range<Int>]
  ) throws {
    struct Item: Sendable {
      let node: Range<Int>
      let target: Place
      let pieces: [Range<Int>: Place]
      let elements: Range<Int>
    }
    let slot = slot(stage)
    var incomingOffsets: [Int: Int] = [:]
    var offset = 0
    for tensor in stages[stage]!.tensors {
      incomingOffsets[tensor.tensor] = offset
      offset += Self.incoming(tensor, rank: job.rank).count * tensor.count
    }
    var items: [Item] = []
    for tensor in tensors {
      var pieces: [Range<Int>: Place] = [:]
      for (index, piece) in ownPieces.enumerated() {
        pieces[piece] = Place(storage: slot.own, offset: index * stages[stage]!.count + tensor.offset)
      }
      for (index, piece) in Self.incoming(tensor, rank: job.rank).enumerated() {
        pieces[piece.lanes] = Place(
          storage: slot.incoming, offset: incomingOffsets[tensor.tensor]! + index * tensor.count)
      }
      for node in nodes(tensor) where !ownPieces.contains(node) {
        for start in stride(from: 0, to: tensor.count, by: Self.stretch) {
          items.append(
            Item(
              node: node, target: places[tensor.tensor]![node]!, pieces: pieces,
              elements: start..<min(start + Self.stretch, tensor.count)))
        }
      }
    }
    let work = items
    try pool.run(work.count, meanwhile: progress) { index, _ in
      let item = work[index]
      let count = item.elements.count
      let target = item.target.pointer + item.elements.lowerBound
      withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, SumTree.depth(of: item.node) * count)) { scratch in
        func buffer(_ index: Int) -> UnsafeMutablePointer<Float> {
          index == 0 ? target : scratch.baseAddress! + (index - 1) * count
        }
        SumTree.sum(item.node, isTerm: { item.pieces[$0] != nil }) { node, index in
          buffer(index).update(from: item.pieces[node]!.pointer + item.elements.lowerBound, count: count)
        } addition: { index, to in
          add(buffer(to), buffer(index), into: buffer(to), count: count)
        }
      }
    }
  }

  /// The bytes that a rank sends for one step.
  static func bytesSent(byRank rank: Int, stages: [Int: Stage]) -> Int {
    stages.values.reduce(0) { sum, stage in
      stage.tensors.reduce(sum) { sum, tensor in
        let pieces = (tensor.route.withinNodes + tensor.route.betweenNodes).count { $0.from == rank }
        let whole = tensor.route.owner == rank ? tensor.otherOwners.count : 0
        return sum + (pieces + whole) * tensor.count * MemoryLayout<Float>.stride
      }
    }
  }
}
