import LinearAlgebra
import TestSupport
import Transformers

/// A vision tower with random weights and images, in `Float` and in `Double`.
struct TowerCase {
  let tower: Encoder
  let reference: any ReferenceEncoder
  let weights: BodyWeights
  /// Of each image [channels, height, width].
  let images: [[Double]]

  init(_ configuration: CLIPVisionConfiguration, samples: Int, seed: UInt64) {
    self.init(Encoder(configuration), samples: samples, seed: seed) {
      ReferenceTower(configuration: configuration, weights: $0)
    }
  }

  init(_ configuration: ViTConfiguration, samples: Int, seed: UInt64) {
    self.init(Encoder(configuration), samples: samples, seed: seed) {
      ReferenceViT(configuration: configuration, weights: $0)
    }
  }

  private init(
    _ encoder: Encoder, samples: Int, seed: UInt64, reference: ([String: ReferenceTensor]) -> any ReferenceEncoder
  ) {
    var source = RandomSource(seed: seed)
    tower = encoder
    var byName: [String: ReferenceTensor] = [:]
    for parameter in tower.layout.parameters {
      var value = ReferenceTensor(random: parameter.shape, &source)
      // Normalisations near the identity, and matrices that keep the size of what they multiply.
      let isNorm = parameter.name.contains("norm") || parameter.name.contains("lay") && parameter.name.contains("rnorm")
      if (isNorm || parameter.name.contains("ln_")) && parameter.name.hasSuffix("weight") {
        value.elements = value.elements.map { Double(Float(1 + 0.3 * $0)) }
      } else if parameter.shape.count >= 2 {
        let scale = (3 / Double(value.columns)).squareRoot()
        value.elements = value.elements.map { Double(Float($0 * scale)) }
      }
      byName[parameter.name] = value
    }
    self.reference = reference(byName)
    weights = Self.leakedWeights(tower.layout) { byName[$0]!.rounded.elements }
    let pixelCount = encoder.pixelCount
    images = (0..<samples).map { _ in ReferenceTensor(random: [pixelCount], &source).elements }
  }

  /// Weights in memory that is never given back; between parameters lies NaN.
  static func leakedWeights(_ layout: ParameterLayout, _ elements: (String) throws -> [Float]) rethrows -> BodyWeights {
    let memory = MutableMatrixView.leaked(rows: 1, columns: layout.count) { .nan }
    let weights = BodyWeights(base: memory.base, layout: layout)
    for (index, parameter) in layout.parameters.enumerated() {
      _ = weights.mutableElements(index).update(from: try elements(parameter.name))
    }
    return weights
  }

  /// A pass whose patches are cut.
  func pass(
    lanes: [Range<Int>], workers: Int = 1, forBackward: Bool = true, recomputedLayers: Int = 0
  ) -> EncoderPass {
    let pass = EncoderPass(
      tower, lanes: lanes, workers: workers, forBackward: forBackward, recomputedLayers: recomputedLayers)
    for (sample, image) in images.enumerated() {
      PatchCutter(tower.pictures).cut(
        pixels: image.map(Float.init), into: pass.patches(of: sample..<sample + 1))
    }
    return pass
  }

  /// ⟨dFeatures, features⟩ of the reference, with one parameter replaced.
  func loss(_ name: String, _ value: ReferenceTensor, dFeatures: ReferenceTensor) -> Double {
    var moved = reference
    moved.weights[name] = value
    return zip(images.indices, images).reduce(0) { sum, image in
      sum + moved.features(image.1).dot(ReferenceLayers.rows(dFeatures, image.0..<image.0 + 1))
    }
  }
}

extension EncoderPass {
  /// All stages for all lanes, from the last stage to the first.
  ///
  /// - Returns: the gradients of all parameters, by index.
  func wholeBackward(_ weights: BodyWeights, dFeatures gradient: ReferenceTensor) -> [Int: ReferenceTensor] {
    for row in 0..<dFeatures.rows {
      for column in 0..<dFeatures.columns { dFeatures[row: row][column] = Float(gradient[row, column]) }
    }
    var result: [Int: ReferenceTensor] = [:]
    for stage in (0..<encoder.stageCount).reversed() {
      for lane in lanes.indices { backward(stage: stage, lane: lane, worker: 0, needsInput: stage > 0, weights) }
      result.merge(referenceSums(gradientParts(stage: stage), encoder.layout)) { _, _ in
        preconditionFailure("a parameter of two stages")
      }
    }
    return result
  }
}

extension Encoder {
  /// Of an encoder of pictures.
  var pictures: PictureShape {
    guard case .pictures(let tower) = input else { preconditionFailure("no vision tower") }
    return tower.pictures
  }
}
