import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformers

@Suite struct EncoderViTTests {
  init() { BLASKernel.oneThread }

  private func configuration(
    _ json: String, preprocessor: String? = nil, names: [String] = []
  ) throws -> ViTConfiguration {
    let encoder = try Encoder(
      json: Data(json.utf8), fileName: "config.json", preprocessor: preprocessor.map { Data($0.utf8) }, names: names)
    guard case .pictures(.vit(let configuration)) = encoder.input else { preconditionFailure("another encoder") }
    return configuration
  }

  @Test("Parameters have the names and shapes of the checkpoints, but for what only training uses")
  func names() throws {
    for family in ["vit", "dinov2"] {
      let model = try ModelFolder(path: Fixtures.path("\(family)/base"))
      let encoder = try Encoder(
        json: try #require(model.configuration), fileName: "config.json", preprocessor: model.preprocessor,
        names: model.names)
      let others = ["pooler", "mask_token", "classifier"]
      let body = model.names.filter { name in !others.contains { name.contains($0) } }
      #expect(Set(encoder.layout.parameters.map(\.name)) == Set(body))
      for parameter in encoder.layout.parameters {
        #expect(model[parameter.name]?.shape == parameter.shape, "\(parameter.name)")
        let isInBlock = (1...encoder.layers).contains(parameter.stage)
        #expect(
          parameter.role == (isInBlock && parameter.shape.count == 2 ? .masked : .scaled), "\(parameter.name)")
      }
      #expect(encoder.fixedTokens == 10)
      #expect(encoder.checkpointHead?.classifier == "classifier")
      #expect(encoder.featureWidth == (family == "vit" ? 16 : 32))
    }
  }

  private static let cases: [(json: String, preprocessor: String?, names: [String])] = [
    // Pixels left over, no biases of queries, keys and values.
    (
      #"{"model_type": "vit", "hidden_size": 6, "intermediate_size": 17, "num_hidden_layers": 1, "#
        + #""num_attention_heads": 1, "image_size": 7, "patch_size": 3, "num_channels": 2, "qkv_bias": false}"#, nil, []
    ),
    (
      #"{"model_type": "vit", "hidden_size": 35, "intermediate_size": 20, "num_hidden_layers": 2, "#
        + #""num_attention_heads": 5, "image_size": 8, "patch_size": 4}"#, nil, ["vit.layernorm.weight"]
    ),
    (
      #"{"model_type": "dinov2", "hidden_size": 18, "mlp_ratio": 1.5, "num_hidden_layers": 1, "#
        + #""num_attention_heads": 3, "image_size": 6, "patch_size": 2, "num_channels": 1}"#, nil, []
    ),
    // Smaller pictures than positions are for, and a head on the patches' mean too.
    (
      #"{"model_type": "dinov2", "hidden_size": 16, "mlp_ratio": 3, "num_hidden_layers": 2, "#
        + #""num_attention_heads": 4, "image_size": 10, "patch_size": 2, "num_channels": 1}"#, #"{"crop_size": 6}"#,
      ["dinov2.layernorm.weight", "classifier.weight"]
    ),
    // Larger pictures.
    (
      #"{"model_type": "dinov2", "hidden_size": 8, "mlp_ratio": 2, "num_hidden_layers": 3, "#
        + #""num_attention_heads": 2, "image_size": 8, "patch_size": 4, "num_channels": 2, "qkv_bias": false}"#,
      #"{"crop_size": {"height": 13, "width": 13}}"#, []
    ),
  ]

  @Test(
    "Features are those of the formula, and every parameter's gradient is its difference", arguments: cases.indices)
  func gradients(index: Int) throws {
    let shape = Self.cases[index]
    let it = TowerCase(
      try configuration(shape.json, preprocessor: shape.preprocessor, names: shape.names), samples: 3,
      seed: UInt64(index))
    let pass = it.pass(lanes: [0..<2, 2..<3])
    for lane in pass.lanes { pass.forward(lane, it.weights) }
    for (sample, image) in it.images.enumerated() {
      let got = pass.features.rows(sample..<sample + 1).view
      #expect(mismatch(got, it.reference.features(image), tolerance: 1e-5, "sample \(sample)") == nil)
    }
    var source = RandomSource(seed: 77)
    let dFeatures = ReferenceTensor(random: [3, it.tower.featureWidth], &source)
    let gradients = pass.wholeBackward(it.weights, dFeatures: dFeatures)
    #expect(gradients.count == it.tower.layout.parameters.count)
    for (index, parameter) in it.tower.layout.parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let value = it.reference.weights[parameter.name]!
      let direction = ReferenceTensor(random: parameter.shape, &source)
      let wanted = slope(value, along: direction) { it.loss(parameter.name, $0, dFeatures: dFeatures) }
      let bound = 1e-5 * max(gradient.norm * direction.norm, 1)
      #expect(abs(gradient.dot(direction) - wanted) <= bound, "\(parameter.name)")
    }
  }

  @Test("Blocks with layer scales that are computed again, and lanes in another order, give the same bytes")
  func recomputation() throws {
    let it = TowerCase(
      try configuration(
        #"{"model_type": "dinov2", "hidden_size": 24, "mlp_ratio": 2, "num_hidden_layers": 4, "#
          + #""num_attention_heads": 3, "image_size": 8, "patch_size": 2, "num_channels": 1}"#,
        preprocessor: #"{"crop_size": 6}"#, names: ["classifier.weight"]), samples: 5, seed: 3)
    let lanes = [0..<2, 2..<3, 3..<5]
    var source = RandomSource(seed: 4)
    let dFeatures = ReferenceTensor(random: [5, 48], &source)
    let gradients = [0, 1, 2].map { recomputedLayers in
      let pass = it.pass(lanes: lanes, recomputedLayers: recomputedLayers)
      for lane in recomputedLayers == 1 ? lanes : lanes.reversed() { pass.forward(lane, it.weights) }
      return pass.wholeBackward(it.weights, dFeatures: dFeatures)
    }
    for (parameter, gradient) in gradients[0] {
      let name = it.tower.layout.parameters[parameter].name
      #expect(gradients[1][parameter]?.elements == gradient.elements, "\(name)")
      #expect(gradients[2][parameter]?.elements == gradient.elements, "\(name)")
    }
  }
}
