import Communication
import LinearAlgebra
import Transformers

/// Chooses a merge's coefficient without labels: of a short grid the one whose merged model agrees most with the
/// fine-tuned models.
///
/// Every method's tensors are linear in λ: θ(λ) = θ(0) + λ·(θ(1) − θ(0)). So two merges give all of the grid. A learning
/// method is judged by what it begins with.
struct CoefficientSearch {
  typealias Trial = MergeReport.Search.Trial

  /// How many of each task's unlabelled inputs are looked at, evenly spread over all.
  static let inputsPerTask = 256

  let collection: Collection
  let job: Job
  let pool: WorkerPool
  /// Told how many forward passes over all tasks are done, and of how many.
  let progress: (Int, Int) throws -> Void

  /// All of the grid. Collective.
  func run(_ grid: CoefficientGrid) throws -> [Trial] {
    let encoder = collection.encoder!
    let tensors = collection.tensors
    let body = try SharedBody(job: job, layout: encoder.layout, tensors: tensors)
    let inference = Inference(encoder: encoder, tokens: collection.mostTokens, job: job, pool: pool)
    let models = collection.request.models
    let inputs = try models.map { try collection.adaptInputs($0) }
    let heads = try models.map { try collection.head($0) }
    let writers = collection.body.map { $0 % job.size }
    let fractions = grid.keptFractions.map { $0.map { Optional($0) } } ?? [nil]
    let passes = 1 + fractions.count * grid.coefficients.count
    var done = 0

    func predict(_ task: Int) throws -> [Int] {
      try inference.predictions(inputs[task], upTo: Self.inputsPerTask, head: heads[task], body.weights).labels
    }
    func finishPass() throws {
      done += 1
      try progress(done, passes)
    }

    let experts = try models.indices.map { task in
      try body.publish(collection.body, pool: pool, writers: writers) { [collection] tensor, target in
        try collection.read(tensors[tensor], task: task, into: target.base)
      }
      return try predict(task)
    }
    try finishPass()

    var thresholds: [Float] = []
    if collection.request.method == .ties {
      let owned = tensors.indices.filter { $0 % job.size == job.rank }
      thresholds = try StaticMerge(collection).findTrimThresholds(own: owned, pool: pool) { try job.world.sum($0) }
    }
    var trials: [Trial] = []
    let own = collection.body.filter { $0 % job.size == job.rank }
    for fraction in fractions {
      let ends = try [0.0, 1.0].map { try merge(own, coefficient: $0, keptFraction: fraction, thresholds) }
      for coefficient in grid.coefficients {
        try body.publish(collection.body, pool: pool, writers: writers) { tensor, target in
          let (zero, one) = (ends[0][tensor]!, ends[1][tensor]!)
          let count = tensors[tensor].count
          multiply(zero.base, by: Float(1 - coefficient), into: target.base, count: count)
          add(one.base, times: Float(coefficient), to: target.base, count: count)
        }
        let agreement = try models.indices.map { task in
          let labels = try predict(task)
          return Double(zip(labels, experts[task]).count { $0 == $1 }) / Double(labels.count)
        }
        trials.append(Trial(mergeCoefficient: coefficient, keptFraction: fraction, agreement: agreement))
        try finishPass()
      }
    }
    try body.free()
    return trials
  }

  /// The best of some trials; of equal ones the first, which has the smaller coefficient.
  static func best(_ trials: [Trial]) -> Trial {
    trials.reduce(trials[0]) { $1.mean > $0.mean ? $1 : $0 }
  }

  /// This rank's tensors by the static method that the merge is, or begins with.
  ///
  /// - Parameter thresholds: those of TIES.
  private func merge(
    _ own: [Int], coefficient: Double, keptFraction: Double?, _ thresholds: [Float]
  ) throws -> [Int: FloatStorage] {
    let request = collection.request
    var settings = request.statics ?? StaticSettings()
    settings.mergeCoefficient = coefficient
    if let fraction = keptFraction ?? request.learning?.initialKeptFraction { settings.keptFraction = fraction }
    let method = request.method.learns ? request.origin.staticMethod : request.method
    var merge = StaticMerge(collection, method: method, settings: settings)
    merge.trimThresholds = thresholds
    let values = try pool.map(own) { [merge] in try merge.merge($0) }
    return Dictionary(uniqueKeysWithValues: zip(own, values))
  }
}

extension Origin {
  /// The static method that gives what learning begins with.
  fileprivate var staticMethod: MergeMethod {
    switch self {
    case .taskArithmetic: .taskArithmetic
    case .cart: .cart
    case .tsvM: .tsvM
    case .isoCTS: .isoCTS
    }
  }
}
