import LinearAlgebra
import TestSupport
import Testing
import Transformers

/// Blocks as towers of one block, which pools, and of two, of which the first does not.
@Suite struct TransformerBlockTests {
  init() { BLASKernel.oneThread }

  private static let cases: [(layers: Int, width: Int, heads: Int, mlp: Int, activation: Activation)] = [
    (1, 5, 1, 7, .quickGELU), (1, 16, 4, 33, .gelu), (2, 24, 3, 20, .gelu), (2, 33, 3, 16, .quickGELU),
  ]

  @Test(
    "Features are those of the formula, and every parameter's gradient is its difference", arguments: cases.indices,
    [CLIPVisionConfiguration.Naming.huggingFace, .openCLIP])
  func gradients(index: Int, naming: CLIPVisionConfiguration.Naming) {
    let shape = Self.cases[index]
    let configuration = CLIPVisionConfiguration(
      naming: naming, width: shape.width, mlpWidth: shape.mlp, layers: shape.layers, heads: shape.heads, imageSize: 5,
      patchSize: 2, channels: 1, activation: shape.activation)
    let it = TowerCase(configuration, samples: 3, seed: UInt64(index))
    let pass = it.pass(lanes: [0..<2, 2..<3])
    for lane in pass.lanes { pass.forward(lane, it.weights) }
    for (sample, image) in it.images.enumerated() {
      let got = pass.features.rows(sample..<sample + 1).view
      #expect(mismatch(got, it.reference.features(image), tolerance: 1e-5, "sample \(sample)") == nil)
    }
    var source = RandomSource(seed: 77)
    let dFeatures = ReferenceTensor(random: [3, shape.width], &source)
    let gradients = pass.wholeBackward(it.weights, dFeatures: dFeatures)
    #expect(gradients.count == it.tower.layout.parameters.count)
    for (index, parameter) in it.tower.layout.parameters.enumerated() {
      guard let gradient = gradients[index] else { continue }
      let value = it.reference.weights[parameter.name]!
      // Along a random direction all elements count.
      let direction = ReferenceTensor(random: parameter.shape, &source)
      let wanted = slope(value, along: direction) { it.loss(parameter.name, $0, dFeatures: dFeatures) }
      let bound = 1e-5 * max(gradient.norm * direction.norm, 1)
      #expect(abs(gradient.dot(direction) - wanted) <= bound, "\(parameter.name)")
    }
  }
}
