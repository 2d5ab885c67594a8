import Checkpoints
import Foundation
import TestSupport
import Transformers

@testable import Merging

/// A request for the models of a family of golden fixtures.
func fixtureRequest(_ method: MergeMethod, family: String = "clip", evaluates: Bool = false) -> MergeRequest {
  let folder = Fixtures.path(family)
  return MergeRequest(
    method: method, base: "\(folder)/base",
    models: ["alpha", "beta", "gamma"].map { task in
      let own = "\(folder)/tasks/\(task)"
      return ModelSource(
        model: own, task: task, head: "\(own)/head.safetensors", adapt: "\(own)/inputs.safetensors",
        evaluate: evaluates ? "\(own)/inputs.safetensors" : nil)
    })
}

/// The width of things in the `clip` fixture.
let fixtureConfiguration = CLIPVisionConfiguration(
  naming: .huggingFace, width: 32, mlpWidth: 80, layers: 2, heads: 4, imageSize: 24, patchSize: 8,
  projectionWidth: 20, activation: .quickGELU)
