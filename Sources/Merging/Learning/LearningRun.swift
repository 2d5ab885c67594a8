import Communication
import Foundation
import LinearAlgebra
import Transformers

/// AdaRank and AdaMerging over many ranks: the lockstep loop.
///
/// In every step the ranks compute their lanes forwards and backwards, stage by stage. The gradient of each tensor goes to
/// the tensor's owner, which learns masks and coefficients from it and rebuilds the merged tensor in the memory that its
/// node shares; other nodes receive it. So all ranks go into the next step with the same weights, and nothing depends on
/// how many they are.
///
/// The ranks among which the tensors are shared out are the team: all of them in the dense exchange. In the components
/// exchange every node is a team of its own, which adds up its own lanes' gradients; the teams' owners of a tensor add
/// their products gₖ, and each rebuilds the tensor for its node. Then bytes depend on which lanes each node has: on the
/// number of nodes, where they have equally many ranks.
///
/// Source: Lee et al., AdaRank (arXiv:2503.22178).
package final class LearningRun {
  /// What travels between nodes.
  package let exchange: Exchange
  /// How the team's ranks share out the tensors.
  package var shardPlan: ShardPlan { teamPlan.shards }
  /// How all ranks share out the samples.
  package let lanePlan: LanePlan
  package let memoryPlan: MemoryPlan
  /// The mean loss of each task, step by step, those of earlier runs first.
  package internal(set) var losses: [[Double]] = []
  /// What this rank did in the last step.
  package private(set) var lastStep = StepRecord()
  /// The sums over all steps of the phases' seconds.
  package private(set) var phaseSeconds = [Double](repeating: 0, count: StepRecord.Phase.allCases.count)
  package private(set) var waitingSeconds = 0.0
  /// Seconds in which the state was gathered and saved.
  package internal(set) var savingSeconds = 0.0
  /// Steps of this run, without those of the runs that it goes on from.
  package private(set) var stepsTaken = 0

  let job: Job
  let team: Job
  /// Of this rank's team.
  let teamPlan: TeamPlan
  /// Of all teams.
  let teamPlans: [TeamPlan]
  let pool: WorkerPool
  let collection: Collection
  let settings: LearningSettings
  private let encoder: Encoder
  private let meter: MemoryMeter
  let observe: (MergeEvent) -> Void
  private let betweenSteps: () throws -> Void

  package let body: SharedBody
  let ownership: Ownership
  private let gradientExchange: GradientExchange
  /// Of the components exchange.
  private let productExchange: ProductExchange?
  private let stages: [Int: GradientStage]
  private let stageTiles: [Int: [GradientTile]]
  private let stageWork: [Int: Ownership.Work]
  let lanes: LaneComputation
  /// Nil where each tensor has coefficients of its own, or none is learnt.
  var sharedCoefficients: SharedCoefficients?
  /// The tensors that are learnt, rebuilt all at once where they share coefficients.
  private let learnedWork: Ownership.Work
  /// Nil where heads stay as they are.
  let headLearning: HeadLearning?
  /// Where everything that is learnt stands in a checkpoint.
  let layout: StateLayout
  /// Nil where the run is not kept.
  let keeper: RunKeeper?
  /// Nil where nobody looks whether tasks collapse.
  var collapseGuard: CollapseGuard?
  /// The last state without a collapsed task, on rank 0.
  var good: (losses: [[Double]], numbers: [Double])?
  /// Of what is looked at between steps.
  private(set) lazy var inference = Inference(encoder: encoder, tokens: collection.mostTokens, job: job, pool: pool)
  /// What happens behind the present step.
  private var verdict = RunKeeper.Verdict()
  private let ownPieces: [Range<Int>]
  private let tileScratch: FloatStorage
  private let tileScratchPerWorker: Int
  private var orders: [BatchOrder]
  /// What this rank found in the present step; said when all ranks know of it.
  private var divergence: DivergenceError?

  /// Steps between two comparisons of the nodes' weights.
  private static let stepsBetweenDigests = 100

  /// Reads the origins of this rank's shares. Collective.
  ///
  /// - Parameters:
  ///   - observe: told what happens.
  ///   - memory: the private memory, in bytes, that this rank may use: activations that find no room are computed again;
  ///     nil: any.
  ///   - keeper: what says when the run is saved and stopped; nil: never.
  ///   - betweenSteps: called on every rank after each step; its time counts nowhere.
  /// - Precondition: the collection's method learns and its architecture is known.
  package init(
    job: Job, pool: WorkerPool, collection: Collection, meter: MemoryMeter, observe: @escaping (MergeEvent) -> Void,
    memory: Int? = nil, keeper: RunKeeper? = nil, betweenSteps: @escaping () throws -> Void = {}
  ) throws {
    self.betweenSteps = betweenSteps
    self.keeper = keeper
    self.job = job
    self.pool = pool
    self.collection = collection
    self.meter = meter
    self.observe = observe
    settings = collection.request.learning!
    encoder = collection.encoder!
    let exchange = TeamPlan.exchange(collection, topology: job.topology)
    self.exchange = exchange
    let teams = TeamPlan.teams(collection, topology: job.topology, exchange: exchange)
    let team = exchange == .components ? try Job(world: job.node, ranksPerNode: job.node.size) : job
    self.team = team
    let own = teams[exchange == .components ? job.nodeIndex : 0]
    (teamPlan, teamPlans) = (own, teams)
    lanePlan = Self.lanePlan(collection, topology: job.topology)
    memoryPlan = MemoryPlan(
      collection, team: own, rank: team.rank, teams: teams.count, threads: pool.threads, budget: memory)

    body = try SharedBody(job: team, layout: encoder.layout, tensors: collection.tensors)
    ownership = try Ownership(
      job: team, pool: pool, collection: collection, plan: own.shards, settings: settings, body: body)

    stages = Self.stages(collection, settings) { own.route(of: $0) }
    stageWork = stages.mapValues { [ownership] in ownership.work($0.tensors.map(\.tensor)) }
    learnedWork = ownership.work(stages.sorted { $0.key < $1.key }.flatMap { $0.value.tensors.map(\.tensor) })
    if settings.sharesCoefficients { sharedCoefficients = SharedCoefficients(collection, settings: settings) }
    gradientExchange = GradientExchange(job: team, lanes: own.lanes, stages: stages, workers: pool.threads)
    productExchange =
      exchange == .components
      ? ProductExchange(job: job, plans: teams.map(\.shards), shares: ownership.shares, stages: stages) : nil
    let heads = try collection.request.models.map { try collection.head($0) }
    let tasks = try zip(collection.request.models, heads).map { source, head in
      LaneComputation.Task(inputs: try collection.adaptInputs(source), head: head)
    }
    orders = tasks.enumerated().map { [settings] index, task in
      BatchOrder(
        task: index, count: task.inputs.count, batchSize: settings.batchSize, seed: collection.request.seed,
        shuffles: settings.shuffle)
    }
    lanes = LaneComputation(
      encoder: encoder, tokens: collection.mostTokens, plan: lanePlan, rank: job.rank, batchSize: settings.batchSize,
      tasks: tasks, workers: pool.threads, recomputedLayers: memoryPlan.recomputedLayers)
    headLearning =
      settings.learn.contains(.heads)
      ? HeadLearning(
        job: job, pool: pool, lanes: lanePlan, batchSize: settings.batchSize, heads: heads,
        learningRate: settings.learningRate) : nil
    if settings.onCollapse != .ignore {
      collapseGuard = CollapseGuard(tasks: collection.request.models.map(\.task))
      if let watch = keeper?.resumed?.watch { collapseGuard!.record = watch }
    }
    layout = StateLayout(collection, heads: headLearning == nil ? [] : heads.map(\.weight.shape))
    let ownPieces = own.lanes.pieces(ofRank: team.rank)
    self.ownPieces = ownPieces
    let (tiles, scratch) = Self.tiles(stages, lanes.pass, collection, pieces: ownPieces)
    stageTiles = tiles
    tileScratchPerWorker = scratch
    tileScratch = FloatStorage(count: scratch * pool.threads)
  }

  /// What this rank owns.
  package var shares: [OwnedShare] { ownership.shares }

  /// Factors this rank's task vectors. Collective.
  ///
  /// - Throws: in the components exchange, `AgreedFailure` where nodes find different components.
  package func factor() throws {
    try ownership.trim()
    let factor = { [self] in
      try ownership.factor { done, count in
        observe(.progress(done: done, of: count))
        meter.lookAgain()
        try keeper?.check()
      }
    }
    if let keeper { try keeper.phase("while factoring", factor) } else { try factor() }
    // Factorisations leave much behind that the loop, which allocates nothing, would never use.
    ProcessMemory.release()
    meter.look()
    if exchange == .components {
      try compareNodes { try FactorDigest.compare(ownership.shares, collection: collection, job: job) }
    }
  }

  /// Runs a comparison whose finding all ranks share.
  private func compareNodes(_ body: () throws -> Void) throws {
    do { try body() } catch let error as DriftError { throw job.agreedFailure(error) }
  }

  /// Lets each fine-tuned model label its own task's inputs: its weights take the merged ones' place for a while.
  package func labelInputs() throws {
    for (task, source) in collection.request.models.enumerated() {
      try keeper?.stopTogether("while labelling")
      try publishTask(task)
      let inputs = try collection.adaptInputs(source)
      lanes.setLabels(
        try inference.predictions(inputs, head: lanes.head(ofTask: task), body.weights), ofTask: task)
      try noteExpert(task, inputs)
      observe(.progress(done: task + 1, of: collection.taskCount))
    }
  }

  /// Puts a fine-tuned model's own weights where forward passes read. Collective.
  func publishTask(_ task: Int) throws {
    let (ownership, plan) = (ownership, shardPlan)
    let writers = collection.body.map { plan.owner(of: $0, task: task) }
    try body.publish(collection.body, pool: pool, writers: writers) { tensor, target in
      try ownership.writeTask(task, tensor, into: target)
    }
  }

  /// Builds the merged weights of the masks and coefficients as they are, takes all steps that are left, and leaves the
  /// merged weights in every node's memory. Collective.
  ///
  /// - Throws: `AgreedFailure` with `RunStopped` where the run has to stop before it is done.
  package func adapt() throws {
    try job.world.barrier()
    try rebuildAll()
    if losses.isEmpty, collapseGuard?.record.looks.isEmpty == true { try look(step: 0) }
    while !isDone {
      let step = losses.count + 1
      let waited = job.world.traffic.waitingSeconds
      lastStep = StepRecord()
      try takeStep(step)
      lastStep.waitingSeconds = job.world.traffic.waitingSeconds - waited
      for phase in phaseSeconds.indices { phaseSeconds[phase] += lastStep.seconds[phase] }
      waitingSeconds += lastStep.waitingSeconds
      stepsTaken += 1
      observe(
        .step(
          MergeEvent.StepEvent(
            step: step, steps: settings.steps, losses: losses.last!, before: losses.count - stepsTaken)))
      try betweenSteps()
      try settle(step)
      if step <= 2 || step % 16 == 0 { meter.look() }
    }
    if stepsTaken == 0 { try compareBodies(losses.count) }
  }

  /// Builds all merged weights and shares them.
  func rebuildAll() throws {
    try rebuild(ownership.work(collection.body))
    try body.complete()
  }

  /// Whether all steps are taken, or those that the recipe's rule to stop wants.
  private var isDone: Bool {
    (settings.onCollapse == .stop && collapseGuard?.record.hasCollapse == true) || losses.count >= settings.steps
      || (settings.stop == .plateau && Plateau.isReached(losses))
  }

  /// What comes behind a step: the nodes' weights are compared, the state is saved, and the run may have to stop.
  private func settle(_ step: Int) throws {
    let looks = collapseGuard != nil && (CollapseGuard.isDue(step) || isDone)
    let isKept = keeper?.keeps == true
    if looks || isDone || verdict.saves || verdict.stop != nil || step % Self.stepsBetweenDigests == 0 {
      try compareBodies(step)
    }
    let isSaved = looks ? try look(step: step) : false
    if isKept, !isSaved, verdict.saves || verdict.stop != nil || isDone { try save() }
    if let reason = verdict.stop, !isDone {
      let place = "after step \(step) of \(settings.steps)"
      throw job.agreedFailure(
        RunStopped(reason: reason, place: place, keptStep: keeper?.keptStep, step: step))
    }
  }

  /// Compares the merged weights as the nodes see them. Collective.
  private func compareBodies(_ step: Int) throws {
    try compareNodes {
      try BodyDigest.compare(body, tensors: collection.tensors, indices: collection.body, job: job, step: step)
    }
  }

  /// One step of the lockstep loop.
  private func takeStep(_ step: Int) throws {
    let batches = lastStep.measure(.rest) { () -> [[Int]] in orders.indices.map { orders[$0].batch(step: step - 1) } }
    try lastStep.measure(.forward) {
      try lanes.forward(batches: batches, objective: settings.objective, body.weights, pool: pool, meanwhile: {})
    }
    let divisors = try lastStep.measure(.combine) { try self.divisors() }
    try lastStep.measure(.backward) {
      try lanes.backwardHeads(scales: divisors.map { 1 / Float($0) }, pool: pool, meanwhile: {})
    }

    if let headLearning {
      try lastStep.measure(.update) {
        try notingDivergence {
          try headLearning.descend(step: step, lanes, taskNames: collection.request.models.map(\.task))
        }
      }
    }

    let wanted = stages.keys.sorted(by: >)
    // The stage whose sums travel and, in the components exchange, the one before it, whose products do.
    var (summed, formed): (Int?, Int?)
    func advance(to stage: Int?) throws {
      if let formed { try learn(stage: formed, step: step) }
      formed = nil
      if let summed {
        try form(stage: summed)
        if exchange == .components { formed = summed } else { try learn(stage: summed, step: step) }
      }
      summed = stage
    }
    for stage in stride(from: encoder.stageCount - 1, through: wanted.last ?? encoder.stageCount, by: -1) {
      let isWanted = stages[stage] != nil
      if isWanted { try lastStep.measure(.combine) { try gradientExchange.begin(stage: stage) } }
      try lastStep.measure(.backward) {
        try lanes.backward(
          stage: stage, needsInput: stage > wanted.last!, body.weights, pool: pool, meanwhile: progress)
        if isWanted { try sumLanes(stage) }
      }
      guard isWanted else { continue }
      try lastStep.measure(.combine) { try gradientExchange.send(stage: stage) }
      // The stage before has travelled while this one was computed.
      try advance(to: stage)
    }
    try advance(to: nil)
    try advance(to: nil)
    try learnShared(step: step)
    try lastStep.measure(.share) { try body.complete() }
    try lastStep.measure(.rest) { try record(step, divisors: divisors) }
  }

  private func progress() throws {
    try gradientExchange.progress()
    try productExchange?.progress()
    try body.progress()
  }

  /// What each task's losses are divided by: the batch, or the samples that count.
  private func divisors() throws -> [Int] {
    switch settings.objective {
    case .entropy: [Int](repeating: settings.batchSize, count: collection.taskCount)
    case .selfLabel: try job.world.sum(lanes.countsByTask()).map { max(1, $0) }
    }
  }

  /// Adds up the rank's lanes of a stage, for each of its pieces of the tree.
  private func sumLanes(_ stage: Int) throws {
    let tiles = stageTiles[stage]!
    let pieces = ownPieces
    let targets = pieces.indices.map { piece in
      MutableMatrixView(gradientExchange.ownSum(stage: stage, piece: piece), rows: 1, columns: stages[stage]!.count)
    }
    let firstLane = teamPlan.lanes.lanesOfRank[team.rank].lowerBound
    let (scratch, perWorker) = (tileScratch, tileScratchPerWorker)
    try pool.run(tiles.count * pieces.count, meanwhile: progress) { index, worker in
      let (piece, tile) = index.quotientAndRemainder(dividingBy: tiles.count)
      tiles[tile].sum(
        pieces[piece], firstLane: firstLane, into: targets[piece].base, scratch: scratch.base + worker * perWorker)
    }
  }

  /// The owners' part of a stage, from gradients to products.
  private func form(stage: Int) throws {
    let work = stageWork[stage]!
    let gradients = try lastStep.measure(.combine) { try gradientExchange.finish(stage: stage, pool: pool) }
    try lastStep.measure(.maskGradient) { try ownership.formProducts(work, gradients, meanwhile: progress) }
    if let productExchange { try lastStep.measure(.combine) { try productExchange.send(stage: stage) } }
  }

  /// The owners' part of a stage, from products to rebuilt tensors.
  private func learn(stage: Int, step: Int) throws {
    let work = stageWork[stage]!
    if let productExchange { try lastStep.measure(.combine) { try productExchange.finish(stage: stage) } }
    try lastStep.measure(.update) {
      try notingDivergence { try ownership.descend(work, step: step, meanwhile: progress) }
    }
    if sharedCoefficients == nil { try lastStep.measure(.rebuild) { try rebuild(work) } }
  }

  /// Where tensors share coefficients: the step that waits for the gradients of all.
  private func learnShared(step: Int) throws {
    guard sharedCoefficients != nil else { return }
    try lastStep.measure(.update) { try sharedCoefficients!.descend(step: step, ownership.shares, team.world) }
    try lastStep.measure(.rebuild) { try rebuild(learnedWork) }
  }

  /// Keeps what this rank alone finds until the step's end, where all learn of it: the others go on till there.
  private func notingDivergence(_ body: () throws -> Void) throws {
    do { try body() } catch let error as DivergenceError { divergence = divergence ?? error }
  }

  /// Rebuilds tensors. A rank has the new values when `body.complete` returns.
  private func rebuild(_ work: Ownership.Work) throws {
    for tensor in work.tensors { try body.expect(tensor, from: shardPlan.owner(of: tensor)) }
    try ownership.rebuild(work, meanwhile: progress)
  }

  /// Notes the step's losses, the same on every rank.
  ///
  /// - Throws: `AgreedFailure` where a loss or a gradient is not finite.
  private func record(_ step: Int, divisors: [Int]) throws {
    // Behind the losses, a place for each rank: whether it has found a gradient that is not finite.
    // Behind these, what ranks wish for.
    let own = (0..<job.size).map { $0 == job.rank && divergence != nil ? 1.0 : 0 }
    let wish = keeper?.wish(step: step) ?? []
    // Several ranks may give a wish: 1 each, whose sum is exact.
    var all = try job.world.assemble(lanes.lossesInPlace() + own + wish)
    if keeper != nil { verdict = RunKeeper.verdict(all.suffix(wish.count)) }
    all.removeLast(wish.count)
    let means = divisors.indices.map { task in
      all[task * settings.batchSize..<(task + 1) * settings.batchSize].reduce(0, +) / Double(divisors[task])
    }
    if let task = means.firstIndex(where: { !$0.isFinite }) {
      throw job.agreedFailure(
        DivergenceError(quantity: "loss", task: collection.request.models[task].task, step: step))
    }
    if let finder = Array(all.suffix(job.size)).firstIndex(of: 1) {
      let found = try job.world.gatherToAll(divergence.map { try JSONEncoder().encode($0) }.map(Array.init) ?? [])
      throw job.agreedFailure(try JSONDecoder().decode(DivergenceError.self, from: Data(found[finder])))
    }
    losses.append(means)
  }
}
