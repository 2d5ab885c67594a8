import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// The settings with which a golden run was made.
struct FixtureMerge {
  let family: String
  /// As in the names of the golden files.
  let name: String
  var request: MergeRequest

  static let tasks = ["alpha", "beta", "gamma"]
  static let learningNames = [
    "adarank_ta", "adarank_cart", "adarank_ta_self_label", "adarank_ta_masks_only", "adamerging_layerwise",
  ]

  /// A request for the models of a family.
  static func request(_ method: MergeMethod, family: String, fixtures: String) -> MergeRequest {
    let folder = "\(fixtures)/\(family)"
    return MergeRequest(
      method: method, base: "\(folder)/base",
      models: tasks.map { task in
        ModelSource(
          model: "\(folder)/tasks/\(task)", task: task, head: "\(folder)/tasks/\(task)/head.safetensors",
          adapt: "\(folder)/tasks/\(task)/inputs.safetensors")
      })
  }

  init(_ name: String, family: String, fixtures: String, steps: Int, lanes: Int? = 8) {
    self.family = family
    self.name = name
    let method: MergeMethod = name.hasPrefix("adamerging") ? .adamerging : .adarank
    request = Self.request(method, family: family, fixtures: fixtures)
    var settings = LearningSettings()
    settings.steps = steps
    settings.batchSize = 4
    settings.learningRate = 0.01
    settings.shuffle = false
    settings.lanes = lanes
    settings.exchange = .dense
    settings.onCollapse = .ignore
    switch name {
    case "adarank_cart":
      settings.origin = .cart
      settings.mergeCoefficient = 1.5
      settings.initialKeptFraction = 0.16
    case "adarank_ta_self_label": settings.objective = .selfLabel
    case "adarank_ta_masks_only":
      settings.initialKeptFraction = 0.5
      settings.learn = [.masks]
    case "adamerging_layerwise": settings.learn = [.coefficients]
    default: break
    }
    request.learning = settings
  }

  /// Factors, labels and adapts, and calls `atStep` after each step, on every rank. Collective.
  func learn(
    job: Job, pool: WorkerPool, atStep: @escaping (LearningRun, Int) throws -> Void = { _, _ in }
  ) throws -> LearningRun {
    let collection = try Collection(opening: request)
    var running: LearningRun?
    var failure: (any Error)?
    let run = try LearningRun(job: job, pool: pool, collection: collection, meter: MemoryMeter()) { event in
      guard case .step(let event) = event, let running else { return }
      do { try atStep(running, event.step) } catch { failure = error }
    }
    running = run
    defer { running = nil }
    try run.factor()
    if request.learning!.objective == .selfLabel { try run.labelInputs() }
    try run.adapt()
    if let failure { throw failure }
    return run
  }
}
