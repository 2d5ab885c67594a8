import Merging

extension Recipe {
  /// What the recipe asks for, in the terms of merging.
  package var request: MergeRequest {
    let models = models.map { entry in
      ModelSource(
        model: entry.model, task: entry.task, head: entry.head, headIsExplicit: entry.headIsExplicit,
        adapt: entry.adapt, evaluate: entry.evaluate, weight: entry.weight)
    }
    var request = MergeRequest(method: mergeMethod, base: baseModel, models: models)
    request.learning = learning
    request.statics = statics
    request.roles = roles
    request.fuseQKV = fuseQKV
    request.seed = seed
    request.outputType = outputType
    request.shardSize = outShardSize
    return request
  }
}
