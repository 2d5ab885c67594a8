import Merging

extension Recipe {
  /// What the recipe asks for, in the terms of merging.
  package var request: MergeRequest {
    var request = MergeRequest(method: mergeMethod, base: baseModel, models: models)
    request.learning = learning
    request.statics = statics
    request.roles = settings.roles
    request.fuseQKV = settings.fuseQKV
    request.seed = settings.seed
    request.outputType = settings.outputType
    request.shardSize = settings.outShardSize
    if settings.cacheSize > 0 {
      request.cache = FactorCache(folder: settings.scratchDir ?? FactorCache.defaultFolder, limit: settings.cacheSize)
    }
    return request
  }

  /// Non-nil exactly for methods that learn.
  private var learning: LearningSettings? {
    guard mergeMethod.learns else { return nil }
    var learning = settings.learning
    if let coefficient = settings.mergeCoefficient { learning.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction { learning.initialKeptFraction = fraction }
    if let density = settings.density { learning.density = density }
    return learning
  }

  /// Non-nil exactly for methods that do not learn.
  private var statics: StaticSettings? {
    guard !mergeMethod.learns else { return nil }
    var statics = StaticSettings()
    if let coefficient = settings.mergeCoefficient { statics.mergeCoefficient = coefficient }
    if let fraction = settings.initialKeptFraction { statics.keptFraction = fraction }
    if let normalizes = settings.normalizes { statics.normalizes = normalizes }
    statics.lambda = settings.lambda
    statics.commonFraction = settings.commonFraction
    if let density = settings.density { statics.density = density }
    statics.maskThreshold = settings.maskThreshold
    return statics
  }
}
