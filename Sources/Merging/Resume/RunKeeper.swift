import Checkpoints
import Communication
import Foundation

/// Keeps a run from being lost: says when its state is saved and when it has to stop, and writes the state.
///
/// Every rank has one; only rank 0's writes.
package final class RunKeeper {
  /// How a run is kept, the same on every rank.
  package struct Settings: Equatable, Sendable {
    /// Steps between two checkpoints; 0: none is ever written.
    package var stepsBetweenCheckpoints = 100
    /// Seconds after which a checkpoint is due at the latest.
    package var secondsBetweenCheckpoints = 60.0
    /// Seconds after which the run stops in order; nil: never.
    package var timeLimit: Double?
    /// The recipe's keys that decide about the result, as they are written in it.
    package var deciding: [String: String] = [:]

    package init() {}
  }

  package let settings: Settings
  /// What tells the run, with all that it was resumed from, from others.
  let run: String
  /// The checkpoint that the run goes on from; nil where it begins. The same on every rank.
  package private(set) var resumed: RunRecord?
  /// Where checkpoints go; on rank 0, once the run has begun.
  package var folder: RunFolder?

  private let job: Job
  private let isStopRequested: @Sendable () -> Bool
  private let source: String?
  private let start = monotonicSeconds()
  private var lastSave = monotonicSeconds()
  /// How long the last checkpoint took.
  private var saveSeconds = 0.0
  /// Why the last checkpoint could not be written, on rank 0; nil where it was.
  private var problem: String?
  /// The step behind which the run would go on, on rank 0; nil: from the beginning.
  private(set) var keptStep: Int?

  /// The share of a run that checkpoints by the clock may take.
  private static let saveShare = 0.005

  /// Reads what the checkpoint says of its run. Collective.
  ///
  /// - Parameters:
  ///   - resumes: the checkpoint to go on from, on rank 0; nil: the run begins.
  ///   - isStopRequested: whether this process has been asked to stop.
  /// - Throws: `AgreedFailure` where the checkpoint cannot be read.
  package init(
    job: Job, settings: Settings, resuming source: String?, isStopRequested: @escaping @Sendable () -> Bool
  ) throws {
    self.job = job
    self.settings = settings
    self.source = source
    self.isStopRequested = isStopRequested
    let json = try job.onCoordinator(checking: true) {
      try source.map { try RunCheckpoint.record($0).json } ?? ""
    }
    let text = try job.world.broadcast(json ?? "")
    let resumed = text.isEmpty ? nil : try RunRecord(json: text)
    self.resumed = resumed
    run = try job.world.broadcast(resumed?.run ?? UUID().uuidString)
    keptStep = resumed?.step
  }

  /// The run that a checkpoint is of.
  ///
  /// - Throws: `InputError` where it cannot be read.
  package static func run(of checkpoint: String) throws -> String { try RunCheckpoint.record(checkpoint).run }

  /// Checks, once the folder is locked, that nobody has gone on with the run since its checkpoint was read.
  package func checkStill(_ folder: RunFolder) throws {
    guard let resumed, try RunCheckpoint.record(folder.checkpoint) != resumed else { return }
    throw InputError(["\(folder.path) has been gone on with by another process meanwhile; give the same command again"])
  }

  /// Whether checkpoints are written.
  var keeps: Bool { settings.stepsBetweenCheckpoints > 0 }

  /// The checkpoint with its numbers, on rank 0.
  ///
  /// - Throws: `InputError` where it is not of this merge.
  func checkpoint(layout: StateLayout, tasks: Int) throws -> RunCheckpoint? {
    try source.map { try RunCheckpoint($0, layout: layout, tasks: tasks) }
  }

  /// The state before a collapse, on rank 0; nil where none was kept.
  ///
  /// - Parameter step: behind which it was saved.
  func goodCheckpoint(step: Int, layout: StateLayout, tasks: Int) -> RunCheckpoint? {
    guard let folder, let found = try? RunCheckpoint(folder.goodCheckpoint, layout: layout, tasks: tasks) else {
      return nil
    }
    return found.record.step == step ? found : nil
  }

  /// Keeps the checkpoint as the state to go back to, on rank 0.
  func noteGood(_ notice: (String) -> Void) {
    do { try folder?.noteGood() } catch {
      notice("this step cannot be kept for the case that a task collapses: \(error)")
    }
  }

  /// What happens behind a step, the same on every rank.
  struct Verdict: Equatable {
    var saves = false
    var stop: StopReason?
  }

  /// How many numbers a rank's wish has.
  static let wishCount = 1 + StopReason.allCases.count

  /// What this rank wishes for behind a step; to be added up over the ranks.
  ///
  /// Rank 0's clock alone counts.
  func wish(step: Int) -> [Double] {
    var wish = [Double](repeating: 0, count: Self.wishCount)
    if isStopRequested() { wish[1 + StopReason.signal.rawValue] = 1 }
    guard job.isCoordinator else { return wish }
    let now = monotonicSeconds()
    if let limit = settings.timeLimit, now - start >= limit { wish[1 + StopReason.timeLimit.rawValue] = 1 }
    let interval = max(settings.secondsBetweenCheckpoints, saveSeconds / Self.saveShare)
    if keeps, step % settings.stepsBetweenCheckpoints == 0 || now - lastSave >= interval { wish[0] = 1 }
    return wish
  }

  /// What follows from the sum of all wishes.
  static func verdict(_ sum: some Swift.Collection<Double>) -> Verdict {
    let sum = Array(sum)
    return Verdict(saves: sum[0] > 0, stop: StopReason.allCases.first { sum[1 + $0.rawValue] > 0 })
  }

  /// Whether this rank has been asked to stop: to be looked at in long phases.
  func check() throws {
    if isStopRequested() { throw StopWish() }
  }

  /// Runs a long phase without collectives, which looks now and then at `check`. Collective.
  ///
  /// - Throws: `AgreedFailure` on all ranks where one was asked to stop.
  func phase(_ place: String, _ body: () throws -> Void) throws {
    var stops = isStopRequested()
    if !stops { do { try body() } catch is StopWish { stops = true } }
    try stopTogether(place, stops: stops)
  }

  /// Ends the run on all ranks where one was asked to stop. Collective.
  func stopTogether(_ place: String, stops: Bool? = nil) throws {
    guard try job.world.sum([stops ?? isStopRequested() ? 1 : 0])[0] > 0 else { return }
    throw job.agreedFailure(RunStopped(reason: .signal, place: place, keptStep: keptStep))
  }

  /// What a checkpoint says of the run, apart from its step and time; set before the first step.
  var record: RunRecord?
  /// When the first step of this run began.
  var adaptStart = monotonicSeconds()

  /// Writes a checkpoint, on rank 0. A disk that does not take it does not end the run.
  ///
  /// - Parameters:
  ///   - isGood: whether it is the state to go back to where a task collapses later.
  ///   - notice: told where it is the first that could not be written.
  func save(
    step: Int, losses: [[Double]], watch: GuardRecord?, numbers: [Double], layout: StateLayout, isGood: Bool,
    notice: (String) -> Void
  ) {
    guard let folder, var record else { return }
    let begin = monotonicSeconds()
    record.step = step
    record.watch = watch
    record.adaptSeconds = (resumed?.adaptSeconds ?? 0) + begin - adaptStart
    let hadProblem = problem != nil
    do {
      try RunCheckpoint(record: record, losses: losses, numbers: numbers).write(folder.checkpoint, layout: layout)
      (problem, keptStep) = (nil, step)
    } catch {
      problem = "\(error)"
      if !hadProblem { notice("step \(step) could not be kept, and the run goes on: \(error)") }
    }
    if isGood, problem == nil { noteGood(notice) }
    lastSave = monotonicSeconds()
    saveSeconds = lastSave - begin
  }
}
