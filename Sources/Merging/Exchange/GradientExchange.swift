import Communication
import LinearAlgebra

/// Brings the gradients of a stage's tensors from the ranks that computed lanes to the tensors' owners.
///
/// Two stages are under way at a time: while the lanes of one are computed, the sums of the one before travel. So there
/// are two slots of memory, which stages use in turn, and no rank ever holds more of the gradient than two stages. What is
/// to be done is the same at every step, and is planned once.
final class GradientExchange {
  /// The memory of a stage under way, and its messages.
  private struct Slot {
    let memory: FloatStorage
    let sent: Outbox
    /// What arrives, by `GradientRoute.Leg`.
    let arriving: [Outbox]

    init(count: Int, _ communicator: Communicator) {
      memory = FloatStorage(count: count)
      sent = Outbox(communicator)
      arriving = GradientRoute.Leg.allCases.map { _ in Outbox(communicator) }
    }

    func buffer(_ elements: Range<Int>) -> UnsafeMutableBufferPointer<Float> {
      UnsafeMutableBufferPointer(start: memory.base + elements.lowerBound, count: elements.count)
    }
  }

  /// A stage with a slot that it always has.
  private struct Stage {
    let plan: ExchangePlan
    let slot: Slot
    /// The elements of one copy.
    let count: Int
    let gradients: [Int: MutableMatrixView]

    init(_ plan: ExchangePlan, count: Int, slot: Slot) {
      self.plan = plan
      self.count = count
      self.slot = slot
      gradients = plan.gradients.mapValues {
        MutableMatrixView(slot.memory.base + $0.lowerBound, rows: 1, columns: $0.count)
      }
    }
  }

  private let world: Communicator
  private let stages: [Int: Stage]
  private let slots: [Slot]
  private let scratch: FloatStorage
  private let scratchPerWorker: Int

  /// - Parameters:
  ///   - stages: the stages that have wanted gradients, by number. They are computed from the last to the first.
  ///   - workers: how many threads the pool has that sums are put together on.
  init(job: Job, lanes: LanePlan, stages: [Int: GradientStage], workers: Int) {
    world = job.world
    let order = stages.keys.sorted(by: >)
    let plans = order.map { ExchangePlan(stages[$0]!, rank: job.rank, lanes: lanes) }
    let slots = (0..<min(2, order.count)).map { slot in
      let count = plans.indices.filter { $0 % 2 == slot }.map { plans[$0].count }.max()!
      return Slot(count: count, job.world)
    }
    self.slots = slots
    self.stages = Dictionary(
      uniqueKeysWithValues: order.enumerated().map { turn, stage in
        (stage, Stage(plans[turn], count: stages[stage]!.count, slot: slots[turn % 2]))
      })
    scratchPerWorker = plans.flatMap(\.legs).flatMap(\.sums).map(\.scratchCount).max() ?? 0
    scratch = FloatStorage(count: scratchPerWorker * workers)
  }

  /// Where this rank's sum over one of its pieces belongs, for all tensors of a stage.
  func ownSum(stage: Int, piece: Int) -> UnsafeMutablePointer<Float> {
    let stage = stages[stage]!
    return stage.slot.memory.base + piece * stage.count
  }

  /// Opens a stage: waits until its slot's former sums have left, and starts to receive.
  func begin(stage: Int) throws {
    let (plan, slot) = (stages[stage]!.plan, stages[stage]!.slot)
    try slot.sent.complete()
    for (leg, outbox) in zip(plan.legs, slot.arriving) {
      for message in leg.receives {
        outbox.add(try world.receive(into: slot.buffer(message.elements), from: message.peer, tag: message.tag))
      }
    }
  }

  /// Sends this rank's sums of a stage, which are complete, on their way.
  func send(stage: Int) throws {
    try send(stages[stage]!.plan.legs[0], stages[stage]!.slot)
  }

  private func send(_ leg: ExchangePlan.Leg, _ slot: Slot) throws {
    for message in leg.sends {
      let buffer = UnsafeBufferPointer(slot.buffer(message.elements))
      slot.sent.add(try world.send(buffer, to: message.peer, tag: message.tag))
    }
  }

  /// Lets the messages of all stages under way proceed, without waiting.
  func progress() throws {
    for slot in slots {
      try slot.sent.progress()
      for outbox in slot.arriving { try outbox.progress() }
    }
  }

  /// Waits for a stage's sums, adds them up, and returns the whole gradients of the tensors that this rank owns tasks of,
  /// by the tensor's number. They are valid until the next stage but one begins.
  func finish(stage: Int, pool: WorkerPool) throws -> [Int: MutableMatrixView] {
    let (plan, slot) = (stages[stage]!.plan, stages[stage]!.slot)
    try slot.arriving[0].complete()
    for (leg, arriving) in zip(plan.legs, slot.arriving).dropFirst() {
      try add(leg.sums, in: slot.memory, pool: pool)
      try send(leg, slot)
      try arriving.complete()
    }
    return stages[stage]!.gradients
  }

  private func add(_ sums: [SumTile], in memory: FloatStorage, pool: WorkerPool) throws {
    let (scratch, perWorker) = (scratch, scratchPerWorker)
    try pool.run(sums.count, meanwhile: progress) { index, worker in
      sums[index].add(in: memory.base, scratch: scratch.base + worker * perWorker)
    }
  }

  /// The bytes that a rank sends for one step.
  static func bytesSent(byRank rank: Int, stages: [Int: GradientStage]) -> Int {
    stages.values.flatMap(\.tensors).reduce(0) { sum, member in
      let pieces = GradientRoute.Leg.allCases.flatMap { member.route.pieces(on: $0) }.count { $0.from == rank }
      return sum + pieces * member.count * MemoryLayout<Float>.stride
    }
  }
}
