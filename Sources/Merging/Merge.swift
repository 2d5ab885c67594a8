import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Transformers

/// One merge from checked files to written weights, on all ranks.
package final class Merge {
  package private(set) var collection: Collection
  package private(set) var report: MergeReport

  private let job: Job
  private let pool: WorkerPool
  private let observe: (MergeEvent) -> Void
  private let taskCounter: ReadCounter
  private let meter = MemoryMeter()
  private let memory: Int?
  /// Nil where the run is not kept.
  private let keeper: RunKeeper?
  /// What the run goes on from, on rank 0.
  private var checkpoint: RunCheckpoint?
  /// What the run begins with, on rank 0; nil: the usual values.
  private var initialNumbers: [Double]?
  private let files: InputFiles
  private let start = monotonicSeconds()
  private var result: Result?
  /// What was learnt; nil for static methods.
  package private(set) var state: LearnedState?
  /// What was learnt before a task collapsed, on rank 0; nil where none did.
  package private(set) var stateBeforeCollapse: LearnedState?
  /// What the singular components were like and what became of them, on rank 0; nil where there are none.
  package private(set) var components: ComponentTable?
  /// The heads that were learnt, by task; nil where they are the recipe's.
  package private(set) var learnedHeads: [Head]?

  private enum Result {
    case learned(LearningRun)
    case computed(StaticRun, tensors: [Int: FloatStorage])
    /// Tensors are computed while others are written.
    case planned(StaticRun)
  }

  /// Opens and checks everything: headers on rank 0, then the numbers in the files on all ranks. Collective.
  ///
  /// - Parameters:
  ///   - memory: the private memory, in bytes, that this rank may use for learning; nil: half of what its node's ranks find
  ///     available, for mapped files want the other half.
  ///   - preflight: what else is looked at before anything is computed.
  ///   - keeper: what keeps the run from being lost, and what it goes on from; nil: nothing.
  ///   - observe: called on rank 0 alone.
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package init(
    _ request: MergeRequest, job: Job, pool: WorkerPool, memory: Int? = nil, preflight: Preflight = Preflight(),
    keeper: RunKeeper? = nil,
    observe: @escaping (MergeEvent) -> Void
  ) throws {
    self.job = job
    self.pool = pool
    self.keeper = keeper
    var request = request
    // Another number of nodes must not choose another exchange, which has other bytes.
    if let resumed = keeper?.resumed { request.learning?.exchange = resumed.exchange }
    let available = NodeMemory.now.map { $0.available / job.node.size }
    self.memory = memory ?? available.map { $0 / 2 }
    let isCoordinator = job.isCoordinator
    self.observe = {
      job.note($0)
      if isCoordinator { observe($0) }
    }
    let counter = ReadCounter()
    taskCounter = counter
    self.observe(.phase("reading"))
    var collection = try job.opening { [request] in
      // Rank 0 alone reads the labels.
      try Collection(openingHeadersOf: request, taskCounter: counter, readsLabels: job.isCoordinator)
    }
    let textFindings = try collection.scanTexts(job: job, pool: pool)
    files = InputFiles(collection, job: job, threads: pool.threads)
    let notes = try preflight.check(collection, job: job, threads: pool.threads, memory: self.memory)
    // Elementwise methods check what they read while they merge: nothing is read for the check alone.
    let isElementwise = !request.usesAdaptInputs && StaticMerge(collection).isElementwise
    var checkpoint: RunCheckpoint?
    var initialNumbers: [Double]?
    try job.agree(
      on: (isElementwise ? [] : try Self.weightFindings(collection, job: job, pool: pool, observe: self.observe))
        + textFindings + (job.isCoordinator ? job.keepingInTouch { DataCheck.inputs(collection) } : [])
        + DataCheck.pictures(collection.allInputs(), rank: job.rank, ranks: job.size, pool: pool)
        + (job.isCoordinator ? Self.resumeFindings(collection, keeper, &checkpoint, &initialNumbers) : []))
    try collection.makeHeads(job: job, pool: pool)
    self.collection = collection
    (self.checkpoint, self.initialNumbers) = (checkpoint, initialNumbers)
    report = MergeReport(
      version: Version.text, mergeMethod: request.method.rawValue, ranks: job.size, threadsPerRank: pool.threads,
      nodes: job.topology.nodeCount, blas: BLASKernel.name, tasks: try collection.taskReports(), entropy: [],
      seconds: MergeReport.Seconds(), perRank: [], peakRssBytes: [], notes: collection.notes + notes)
    if request.method.learns, let note = TeamPlan.note(collection, topology: job.topology) {
      report.notes.append(note)
    }
    // A run that learns must know its inputs before it keeps anything; another merge is over before they are all read.
    if request.method.learns { try findInputs() }
    report.seconds.read = monotonicSeconds() - start
  }

  /// Reads the checkpoint that the run goes on from, or the state that it begins with.
  ///
  /// - Returns: why it cannot.
  private static func resumeFindings(
    _ collection: Collection, _ keeper: RunKeeper?, _ checkpoint: inout RunCheckpoint?,
    _ initialNumbers: inout [Double]?
  ) throws -> [String] {
    guard let settings = collection.request.learning else {
      let found = keeper?.resumed?.differences(settings: keeper!.settings.deciding, steps: .max) ?? []
      return found.isEmpty ? [] : [refusal(found)]
    }
    guard collection.encoder != nil else { return [] }
    let findings = FindingList()
    func layout() throws -> StateLayout {
      StateLayout(collection, heads: try settings.learn.contains(.heads) ? collection.headShapes() : [])
    }
    findings.collecting { initialNumbers = try settings.initialState?.numbers(layout(), collection) }
    guard let keeper, let record = keeper.resumed else { return findings.all }
    let found = record.differences(settings: keeper.settings.deciding, steps: settings.steps)
    guard found.isEmpty else { return [refusal(found)] }
    checkpoint =
      findings.collecting {
        try keeper.checkpoint(layout: layout(), tasks: collection.taskCount)
      } ?? nil
    return findings.all
  }

  private static func refusal(_ differences: [String]) -> String {
    "the unfinished run is of another merge: " + differences.joined(separator: "; ")
      + ". Give it back what it had, or begin again with --overwrite"
  }

  /// Notes what the merge is made from, and compares it with what the checkpoint was made from. Collective.
  private func findInputs() throws {
    let inputs = try files.finish()
    report.inputs = inputs
    guard let keeper, let learning = collection.request.learning else { return }
    let keyed = Dictionary(inputs.filter(\.decides).map { ($0.key, $0.sha256) }) { first, _ in first }
    let exchange = TeamPlan.exchange(collection, topology: job.topology)
    keeper.record = RunRecord(
      version: Version.text, blas: BLASKernel.name, run: keeper.run, step: 0, settings: keeper.settings.deciding,
      inputs: keyed,
      exchange: exchange, nodes: job.topology.nodeCount, adaptSeconds: 0)
    report.run = keeper.run
    guard let resumed = keeper.resumed else {
      if let initial = learning.initialState { report.notes.append(initial.note) }
      return
    }
    let found = resumed.differences(inputs: keyed)
    try job.agree(on: found.isEmpty ? [] : [Self.refusal(found)])
    report.notes.append("goes on after step \(resumed.step) of \(learning.steps)")
    report.notes += resumed.doubts(of: keeper.record!)
  }

  private static func weightFindings(
    _ collection: Collection, job: Job, pool: WorkerPool, observe: (MergeEvent) -> Void
  ) throws -> [String] {
    try DataCheck.weights(collection, plan: shardPlan(collection, job: job), rank: job.rank, pool: pool) {
      observe(.progress(done: $0, of: $1))
    }
  }

  private static func shardPlan(_ collection: Collection, job: Job) -> ShardPlan {
    if collection.request.method.learns { return LearningRun.plans(collection, topology: job.topology).shards }
    return ShardPlan(
      tensors: collection.tensors, tasks: collection.taskCount, laneLoads: [Double](repeating: 0, count: job.size),
      cost: StaticMerge(collection).cost)
  }

  /// Merges, and measures accuracy where labelled inputs are given. Collective.
  package func run() throws {
    if let search = keeper?.resumed?.search {
      take(search)
    } else if let grid = collection.request.search {
      try search(grid)
    }
    let results: [Evaluation.Result?]
    if collection.request.method.learns {
      results = try learn()
    } else {
      results = try compute()
    }
    for (task, result) in results.enumerated() {
      report.tasks[task].accuracy = result?.accuracy
      guard let score = result?.score else { continue }
      report.tasks[task].metric = collection.request.models[task].metric
      report.tasks[task].score = score
    }
    let known = results.compactMap { $0?.accuracy }
    if !known.isEmpty { report.averageAccuracy = known.reduce(0, +) / Double(known.count) }
  }

  /// Chooses the coefficient, and for CART the kept fraction. Collective.
  private func search(_ grid: CoefficientGrid) throws {
    observe(.phase("searching"))
    let trials = try timed(\.adapt) {
      try CoefficientSearch(collection: collection, job: job, pool: pool) { done, count in
        self.observe(.progress(done: done, of: count))
        try self.keeper?.stopTogether("while searching")
      }.run(grid)
    }
    meter.look()
    let best = CoefficientSearch.best(trials)
    take(
      MergeReport.Search(
        mergeCoefficient: best.mergeCoefficient, keptFraction: best.keptFraction, trials: trials))
  }

  private func take(_ search: MergeReport.Search) {
    report.search = search
    keeper?.record?.search = search
    collection.choose(search)
  }

  private func learn() throws -> [Evaluation.Result?] {
    let settings = collection.request.learning!
    let run = try timed(\.read) {
      try LearningRun(
        job: job, pool: pool, collection: collection, meter: meter, observe: observe, memory: memory, keeper: keeper)
    }
    report.lanes = run.lanePlan.lanes.count
    report.exchange = run.exchange
    if run.memoryPlan.recomputedLayers > 0 {
      report.notes.append(
        "to keep to the memory, the activations of \(run.memoryPlan.recomputedLayers) of \(collection.encoder!.layers) "
          + "blocks are computed again in the backward pass")
    }
    report.usefulRanks = LearningRun.usefulRanks(collection, limit: max(64, job.size))
    observe(.phase("factoring"))
    try timed(\.factor) { try run.factor() }
    // Nearly all that is read has been read.
    try files.checkUnchanged()
    if job.node.rank == 0 { collection.request.cache?.shrink() }
    report.seconds.adapt += keeper?.resumed?.adaptSeconds ?? 0
    keeper?.adaptStart = monotonicSeconds()
    try timed(\.adapt) {
      if settings.objective == .selfLabel, keeper?.resumed.map({ $0.step < settings.steps }) ?? true {
        observe(.phase("labelling"))
        try run.labelInputs()
      }
      try run.noteExperts()
      // Behind the labels, which are those of the fine-tuned models' own heads.
      if settings.initialState != nil { try run.begin(with: initialNumbers) }
      if keeper?.resumed != nil {
        try run.restore(checkpoint.map { ($0.losses, $0.numbers) })
        try run.resumeWatch()
      }
      (checkpoint, initialNumbers) = (nil, nil)
      observe(.phase("adapting"))
      try run.adapt()
    }
    let state = try run.state()
    self.state = state
    stateBeforeCollapse = run.stateBeforeCollapse
    if let record = run.collapseGuard?.record {
      report.watch = record.looks
      report.collapses = record.collapses
    }
    if settings.learn.contains(.heads) { learnedHeads = run.heads }
    report.components = MergeReport.Components(total: state.total, kept: state.kept, flipped: try run.flipped())
    if keeper != nil { report.seconds.checkpoint = run.savingSeconds }
    report.entropy = run.losses
    for task in report.tasks.indices {
      report.tasks[task].entropyFirst = run.losses.first?[task]
      report.tasks[task].entropyLast = run.losses.last?[task]
    }
    result = .learned(run)
    observe(.phase("surveying"))
    let begin = monotonicSeconds()
    report.interference = try run.interference()
    components = try run.components(state)
    report.seconds.survey = monotonicSeconds() - begin
    meter.look()
    return try timed(\.evaluate) { try results(of: run.body) }
  }

  /// The state that learning would begin with, and what the components are like, on rank 0: task vectors are factored, and
  /// inputs have no part in it. Collective.
  ///
  /// - Precondition: the method learns; nothing is kept.
  package func survey() throws -> (state: LearnedState, components: ComponentTable?) {
    let run = try LearningRun(
      job: job, pool: pool, collection: collection, meter: meter, observe: observe, memory: memory)
    observe(.phase("factoring"))
    try run.factor()
    if job.node.rank == 0 { collection.request.cache?.shrink() }
    observe(.phase("surveying"))
    let state = try run.state()
    return (state, try run.components(state))
  }

  private func compute() throws -> [Evaluation.Result?] {
    observe(.phase("merging"))
    let run = try timed(\.read) {
      try StaticRun(
        collection, plan: Self.shardPlan(collection, job: job), job: job, pool: pool, meter: meter, observe: observe)
    }
    guard let encoder = collection.encoder, collection.request.models.contains(where: { $0.evaluate != nil }) else {
      result = .planned(run)
      return collection.request.models.map { _ in nil }
    }
    let own = run.own.sorted { (collection.tensors[$0].count, $1) > (collection.tensors[$1].count, $0) }
    let tensors = try timed(\.adapt) {
      let values = MergedTensors()
      try run.compute(own) { values.put($0, $1) }
      try conclude(run)
      return Dictionary(uniqueKeysWithValues: own.map { ($0, values.take($0, times: 1)!) })
    }
    result = .computed(run, tensors: tensors)
    return try timed(\.evaluate) {
      let merged = collection.tensors
      let body = try SharedBody(job: job, layout: encoder.layout, tensors: merged)
      let writers = collection.body.map(run.plan.owner)
      try body.publish(collection.body, pool: pool, writers: writers) { tensor, target in
        target.base.update(from: tensors[tensor]!.base, count: merged[tensor].count)
      }
      return try results(of: body)
    }
  }

  /// Looks at what all ranks computed by a static method. Collective.
  ///
  /// - Throws: `AgreedFailure` that names what is not finite in the models.
  private func conclude(_ run: StaticRun) throws {
    if try run.isBroken() {
      try job.agree(on: try Self.weightFindings(collection, job: job, pool: pool, observe: self.observe))
    }
    report.interference = try run.interference()
  }

  /// How well the weights classify each task's labelled inputs; nil where a task has none. Collective.
  private func results(of body: SharedBody) throws -> [Evaluation.Result?] {
    guard collection.request.models.contains(where: { $0.evaluate != nil }) else {
      return collection.request.models.map { _ in nil }
    }
    observe(.phase("evaluating"))
    let evaluation = Evaluation(
      encoder: collection.encoder!, tokens: collection.mostEvaluatedTokens, job: job, pool: pool)
    meter.look()
    return try collection.request.models.enumerated().map { task, source in
      observe(.progress(done: task, of: collection.taskCount))
      guard source.evaluate != nil else { return nil }
      if collection.request.method.learns { try keeper?.stopTogether("while evaluating") }
      return try evaluation.evaluate(
        try collection.evaluateInputs(source), head: try learnedHeads?[task] ?? collection.head(source),
        metric: source.metric, body.weights)
    }
  }

  /// Gathers the merged weights into `folder`, which rank 0 gives, and completes the report. Collective.
  package func write(into folder: OutputFolder?) throws {
    let gather: ModelGather
    switch result! {
    case .learned(let run):
      let origin = MergedOrigin(collection: collection)
      gather = ModelGather(job: job, collection: collection, folder: folder, owner: run.giver) { tensor in
        if self.collection.tensors[tensor].place != nil {
          return ModelGather.MergedValues(base: UnsafePointer(run.body.elements(tensor).baseAddress!), keeper: run)
        }
        let values = try origin.values(tensor)
        return ModelGather.MergedValues(base: UnsafePointer(values.base), keeper: values)
      }
    case .computed(let run, let tensors):
      gather = ModelGather(job: job, collection: collection, folder: folder, owner: run.plan.owner) { tensor in
        ModelGather.MergedValues(base: UnsafePointer(tensors[tensor]!.base), keeper: tensors[tensor]!)
      }
    case .planned(let run):
      let tensors = MergedTensors()
      let merged = collection.tensors
      gather = ModelGather(job: job, collection: collection, folder: folder, owner: run.plan.owner) { tensor in
        tensors.take(tensor, times: merged[tensor].members.count).map {
          ModelGather.MergedValues(base: UnsafePointer($0.base), keeper: $0)
        }
      }
      try timed(\.adapt) {
        try run.compute(run.streamingOrder(gather), meanwhile: gather.advance) { tensors.put($0, $1) }
      }
    }
    let begin = monotonicSeconds()
    observe(.phase("writing"))
    try gather.complete { self.observe(.progress(done: $0, of: $1)) }
    meter.look()
    // With no message under way any more: what follows may end the merge.
    if case .planned(let run) = result! { try conclude(run) }
    try gather.check()
    report.weightsSha256 =
      try job.onCoordinator {
        try gather.weightsSha256 ?? folder.map { try sha256(ofTensorsIn: ModelFolder(path: $0.temporaryPath)) }
      } ?? nil
    if report.inputs == nil {
      report.inputs = try files.finish()
    } else {
      // Hours of learning are not thrown away for it, but whoever takes the model must know.
      let changes = try job.world.gatherToAll(files.changes.joined(separator: "\n"))
      report.notes += changes.flatMap { $0.split(separator: "\n") }
        .map { "\($0): the report has the digest from before" }
    }
    report.seconds.gather += monotonicSeconds() - begin
    report.seconds.total = monotonicSeconds() - start + (keeper?.resumed?.adaptSeconds ?? 0)
    try gatherRankReports()
  }

  private func gatherRankReports() throws {
    let traffic = job.world.traffic
    var phases: [Double] = []
    var steps = 1
    if case .learned(let run)? = result {
      phases = run.phaseSeconds + [run.waitingSeconds]
      steps = max(1, run.stepsTaken)
    }
    let parts = MergeReport.Seconds.Part.allCases
    func integer(_ seconds: Double) -> Int { Int(seconds * 1e9) }
    let own =
      [
        meter.peakPrivateBytes, OperationCounter.count, taskCounter.distinctBytes, traffic.bytesSent,
        integer(traffic.waitingSeconds), ProcessMemory.peakResidentBytes,
      ] + parts.map { integer(report.seconds[$0]) } + phases.map { integer($0 / Double(steps)) }
    let all = try job.world.gatherToAll(own)
    let names = StepRecord.Phase.allCases.map(\.name) + ["waiting"]
    report.perRank = all.map { own in
      func named(_ names: [String], _ numbers: ArraySlice<Int>) -> [String: Double]? {
        numbers.isEmpty ? nil : Dictionary(uniqueKeysWithValues: zip(names, numbers.map { Double($0) / 1e9 }))
      }
      return MergeReport.RankReport(
        peakPrivateBytes: own[0], operations: own[1], bytesRead: own[2], bytesSent: own[3],
        waitingSeconds: Double(own[4]) / 1e9, stepSeconds: named(names, own.dropFirst(6 + parts.count)),
        seconds: named(parts.map(\.rawValue), own[6..<6 + parts.count]))
    }
    report.peakRssBytes = all.map { $0[5] }
  }

  private func timed<R>(_ phase: WritableKeyPath<MergeReport.Seconds, Double>, _ body: () throws -> R) rethrows -> R {
    let begin = monotonicSeconds()
    defer { report.seconds[keyPath: phase] += monotonicSeconds() - begin }
    return try body()
  }
}

extension Collection {
  /// What the report says of tasks before anything is computed.
  fileprivate func taskReports() throws -> [MergeReport.TaskReport] {
    try request.models.map { source in
      var report = MergeReport.TaskReport(name: source.task)
      guard encoder != nil else { return report }
      report.classes = try classCount(source)
      if request.usesAdaptInputs, source.adapt != nil { report.adaptInputs = try adaptInputs(source).count }
      if source.evaluate != nil { report.evaluateInputs = try evaluateInputs(source).count }
      return report
    }
  }
}
