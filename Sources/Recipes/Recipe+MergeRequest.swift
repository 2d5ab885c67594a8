import Merging

extension Recipe {
  /// What the recipe asks for, in the terms of merging.
  package var request: MergeRequest {
    var request = MergeRequest(method: mergeMethod, base: baseModel, models: models)
    request.learning = learning
    request.statics = statics
    request.search = search
    request.roles = settings.roles
    request.fuseQKV = settings.fuseQKV
    request.seed = settings.seed
    request.mostTokens = settings.mostTokens
    request.outputType = settings.outputType
    request.shardSize = settings.outShardSize
    if settings.cacheSize > 0 {
      request.cache = FactorCache(folder: settings.scratchDir ?? FactorCache.defaultFolder, limit: settings.cacheSize)
    }
    return request
  }

  /// How a run of the recipe is kept from being lost.
  package var keeping: RunKeeper.Settings {
    var keeping = RunKeeper.Settings()
    keeping.stepsBetweenCheckpoints = settings.checkpointEvery
    keeping.timeLimit = settings.timeLimit.map(Double.init)
    keeping.deciding = deciding
    return keeping
  }

  /// What a coefficient that is left to the program is chosen among.
  private var search: CoefficientGrid? {
    let origin = settings.learning.origin
    guard settings.searches else { return nil }
    var grid = mergeMethod.defaultMergeCoefficient(origin: origin).map { CoefficientGrid(around: $0) } ?? .centred
    if let given = settings.mergeCoefficient?.number { grid.coefficients = [given] }
    if settings.initialKeptFraction == .auto { grid.keptFractions = CoefficientGrid.keptFractions }
    return grid
  }

  /// Non-nil exactly for methods that learn.
  private var learning: LearningSettings? {
    guard mergeMethod.learns else { return nil }
    var learning = settings.learning
    if let coefficient = settings.mergeCoefficient?.number { learning.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction?.number { learning.initialKeptFraction = fraction }
    if let density = settings.density { learning.density = density }
    return learning
  }

  /// Non-nil exactly for methods that do not learn.
  private var statics: StaticSettings? {
    guard !mergeMethod.learns else { return nil }
    var statics = StaticSettings()
    if let coefficient = settings.mergeCoefficient?.number { statics.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction?.number { statics.keptFraction = fraction }
    if let normalizes = settings.normalizes { statics.normalizes = normalizes }
    statics.lambda = settings.lambda
    statics.commonFraction = settings.commonFraction
    if let density = settings.density { statics.density = density }
    statics.maskThreshold = settings.maskThreshold
    return statics
  }
}
