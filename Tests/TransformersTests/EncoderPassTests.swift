import Checkpoints
import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Transformers

/// Against the golden fixtures, which an independent implementation computed in float64.
@Suite struct EncoderPassTests {
  init() { BLASKernel.oneThread }

  private static let tasks = ["alpha", "beta", "gamma"]
  private static let samples = 24

  /// A fixture's base model, and a task's inputs, head and logits.
  private struct Family {
    let path: String
    let tower: Encoder
    let weights: BodyWeights

    init(_ name: String) throws {
      path = Fixtures.path(name)
      let model = try ModelFolder(path: path + "/base")
      tower = try Encoder(
        json: try #require(model.configuration), fileName: try #require(model.configurationFileName),
        preprocessor: model.preprocessor, names: model.names)
      weights = try TowerCase.leakedWeights(tower.layout) { try model.tensor($0).elements }
    }

    func head(_ task: String) throws -> Head {
      if let names = tower.checkpointHead {
        let file = try SafetensorsFile(path: "\(path)/tasks/\(task)/model.safetensors")
        let bias = "\(names.classifier).bias"
        return Head(
          weight: try file.tensor("\(names.classifier).weight"),
          bias: try file[bias].map { _ in try file.tensor(bias) },
          input: try names.dense.map {
            .dense(weight: try file.tensor("\($0).weight"), bias: try file.tensor("\($0).bias"))
          } ?? .plain)
      }
      let file = try SafetensorsFile(path: "\(path)/tasks/\(task)/head.safetensors")
      return Head(weight: try file.tensor("weight"), bias: try file.tensor("bias"))
    }

    func pass(_ task: String, lanes: [Range<Int>], forBackward: Bool = true) throws -> EncoderPass {
      let file = try SafetensorsFile(path: "\(path)/tasks/\(task)/inputs.safetensors")
      guard case .pictures = tower.input else { return try textPass(file, lanes: lanes, forBackward: forBackward) }
      let inputs = try file.tensor("pixel_values")
      let pass = EncoderPass(tower, lanes: lanes, workers: 1, forBackward: forBackward)
      let cutter = PatchCutter(tower.pictures)
      inputs.elements.withUnsafeBufferPointer { pixels in
        for sample in 0..<samples {
          cutter.cut(
            pixels: pixels.baseAddress! + sample * tower.pixelCount, into: pass.patches(of: sample..<sample + 1))
        }
      }
      return pass
    }

    private func textPass(
      _ file: SafetensorsFile, lanes: [Range<Int>], forBackward: Bool
    ) throws -> EncoderPass {
      let length = try #require(file["input_ids"]).shape[1]
      let ids = try file.readIntegers("input_ids", elements: 0..<samples * length)
      let mask = try file.readIntegers("attention_mask", elements: 0..<samples * length)
      let pass = EncoderPass(tower, tokens: length, lanes: lanes, workers: 1, forBackward: forBackward)
      for lane in lanes {
        for sample in lane {
          let row = sample * length..<(sample + 1) * length
          let words = row.filter { mask[$0] == 1 }.map { Int32(ids[$0]) }
          words.withUnsafeBufferPointer {
            pass.place(sample, isFirst: sample == lane.lowerBound, words: $0, types: nil)
          }
        }
      }
      return pass
    }

    func golden(_ name: String) throws -> SafetensorsFile {
      try SafetensorsFile(path: "\(path)/golden/\(name).safetensors")
    }
  }

  private static let laneSets = [[0..<24], [0..<5, 5..<6, 6..<17, 17..<24]]

  /// A pass that begins at a block, with the input that a whole pass gave it, comes to the same bytes.
  @Test(arguments: ["clip", "openclip", "vit", "dinov2", "roberta", "bert", "gpt2"])
  func beginsAtAnyBlock(name: String) throws {
    let family = try Family(name)
    let pass = try family.pass("alpha", lanes: [0..<24], forBackward: false)
    func bits(_ matrix: MatrixView) -> [[UInt32]] {
      (0..<matrix.rows).map { row in (0..<matrix.columns).map { matrix[row: row][$0].bitPattern } }
    }
    var inputs: [MutableMatrixView] = []
    pass.forward(0..<24, family.weights) { layer, input in
      #expect(layer == inputs.count)
      inputs.append(MutableMatrixView.leaked(rows: input.rows, columns: input.columns))
      copy(input, into: inputs[layer])
    }
    #expect(inputs.count == family.tower.layers)
    let whole = bits(pass.features.view)
    for layer in inputs.indices.reversed() {
      fill(pass.features, with: .nan)
      // What other blocks were given is gone.
      for other in inputs.indices { fill(pass.blockInput(other, of: 0..<24), with: .nan) }
      copy(inputs[layer].view, into: pass.blockInput(layer, of: 0..<24))
      pass.forward(0..<24, fromBlock: layer, family.weights)
      #expect(bits(pass.features.view) == whole)
    }
  }

  /// ∂/∂z of the mean entropy of softmax(z) over the rows: −p (log p + H) / rows.
  private func entropyGradient(_ classLogits: ReferenceTensor) -> ReferenceTensor {
    var gradient = ReferenceLayers.softmax(classLogits)
    for i in 0..<gradient.rows {
      let p = (0..<gradient.columns).map { gradient[i, $0] }
      let entropy = -p.reduce(0) { $0 + $1 * log($1) }
      for j in 0..<gradient.columns { gradient[i, j] = -p[j] * (log(p[j]) + entropy) / Double(gradient.rows) }
    }
    return gradient
  }

  @Test(
    "Logits and the gradients of entropy are the golden ones",
    arguments: ["clip", "openclip", "vit", "dinov2", "roberta", "bert", "gpt2"],
    laneSets.indices)
  func golden(name: String, laneSet: Int) throws {
    let family = try Family(name)
    let forward = try family.golden("forward_base")
    var gradients: [Int: ReferenceTensor] = [:]
    for task in Self.tasks {
      let head = try family.head(task)
      let pass = try family.pass(task, lanes: Self.laneSets[laneSet])
      let normalized = MutableMatrixView.leaked(rows: Self.samples, columns: head.weight.columns)
      let classLogits = MutableMatrixView.leaked(rows: Self.samples, columns: head.classCount)
      for lane in pass.lanes { pass.forward(lane, family.weights) }
      head.forward(pass.features.view, inner: normalized, into: classLogits)
      let wanted = ReferenceTensor(try forward.tensor("\(task).logits"))
      #expect(mismatch(classLogits.view, wanted, tolerance: 1e-5, "\(task).logits") == nil)

      let dClassLogits = MutableMatrixView.leaked(entropyGradient(ReferenceTensor(classLogits.view)))
      let dFeatures = MutableMatrixView.leaked(rows: Self.samples, columns: head.weight.columns)
      head.backward(
        dClassLogits.view, features: pass.features.view, inner: normalized.view, dFeatures: dFeatures)
      let ofTask = pass.wholeBackward(family.weights, dFeatures: ReferenceTensor(dFeatures.view))
      gradients.merge(ofTask) { combine($0, $1, +) }
    }

    let golden = try family.golden("entropy_gradient_base")
    #expect(gradients.count == golden.entries.count)
    let largest = try golden.entries.map { ReferenceTensor(try golden.tensor($0.name)).norm }.max() ?? 0
    for (index, parameter) in family.tower.layout.parameters.enumerated() {
      let wanted = ReferenceTensor(try golden.tensor(parameter.name))
      var got = try #require(gradients[index], "\(parameter.name)")
      if parameter.name.hasSuffix("k_proj.bias") || parameter.name.hasSuffix("self.key.bias")
        || parameter.name.hasSuffix("attention.key.bias")
      {
        // Softmax ignores it: what is left is rounding.
        #expect(got.norm <= 1e-6 * largest, "\(parameter.name)")
        continue
      }
      if parameter.name.hasSuffix("in_proj_bias") || parameter.name.hasSuffix("c_attn.bias") {
        let keys = got.count / 3..<2 * got.count / 3
        #expect(got.elements[keys].allSatisfy { abs($0) <= 1e-6 * largest }, "\(parameter.name)")
        got.elements.replaceSubrange(keys, with: wanted.elements[keys])
      }
      #expect(got.shape == wanted.shape)
      #expect(combine(got, wanted, -).norm <= 1e-4 * wanted.norm, "\(parameter.name)")
    }
  }

  @Test(
    "A forward pass alone gives the bytes of the training pass",
    arguments: ["clip", "openclip", "vit", "dinov2", "bert", "gpt2"])
  func forwardOnly(name: String) throws {
    let family = try Family(name)
    for lanes in Self.laneSets {
      let training = try family.pass("beta", lanes: lanes)
      let alone = try family.pass("beta", lanes: lanes, forBackward: false)
      for lane in lanes {
        training.forward(lane, family.weights)
        alone.forward(lane, family.weights)
      }
      #expect(mismatch(alone.features.view, ReferenceTensor(training.features.view), tolerance: 0) == nil)
    }
  }

  @Test("Passes over deeper towers, which share more memory where there is no backward pass", arguments: 1...5)
  func forwardOnlyDepth(layers: Int) {
    let configuration = CLIPVisionConfiguration(
      naming: .openCLIP, width: 12, mlpWidth: 20, layers: layers, heads: 2, imageSize: 6, patchSize: 2,
      projectionWidth: 5, activation: .quickGELU)
    let it = TowerCase(configuration, samples: 4, seed: UInt64(layers))
    let lanes = [0..<1, 1..<4]
    let (training, alone) = (it.pass(lanes: lanes), it.pass(lanes: lanes, forBackward: false))
    for lane in lanes.reversed() { training.forward(lane, it.weights) }
    for lane in lanes { alone.forward(lane, it.weights) }
    #expect(mismatch(alone.features.view, ReferenceTensor(training.features.view), tolerance: 0) == nil)
  }

  private static let configurations: [CLIPVisionConfiguration] = [
    // Pixels left over, no projection.
    CLIPVisionConfiguration(
      naming: .huggingFace, width: 8, mlpWidth: 17, layers: 1, heads: 1, imageSize: 7, patchSize: 3,
      activation: .gelu),
    CLIPVisionConfiguration(
      naming: .openCLIP, width: 48, mlpWidth: 30, layers: 2, heads: 6, imageSize: 9, patchSize: 4, channels: 1,
      projectionWidth: 7, activation: .gelu),
    CLIPVisionConfiguration(
      naming: .huggingFace, width: 35, mlpWidth: 64, layers: 3, heads: 5, imageSize: 8, patchSize: 4,
      projectionWidth: 33, activation: .quickGELU),
    CLIPVisionConfiguration(
      naming: .openCLIP, width: 18, mlpWidth: 9, layers: 4, heads: 3, imageSize: 11, patchSize: 3, channels: 2,
      activation: .quickGELU, epsilon: 1e-3),
    // One patch.
    CLIPVisionConfiguration(
      naming: .huggingFace, width: 20, mlpWidth: 40, layers: 2, heads: 4, imageSize: 5, patchSize: 5,
      projectionWidth: 3, activation: .gelu),
  ]

  @Test(
    "Towers of other shapes: features, and gradients against differences in Double", arguments: configurations.indices)
  func otherShapes(index: Int) {
    let it = TowerCase(Self.configurations[index], samples: 3, seed: UInt64(index + 40))
    let pass = it.pass(lanes: [0..<1, 1..<3])
    for lane in pass.lanes { pass.forward(lane, it.weights) }
    for (sample, image) in it.images.enumerated() {
      let got = pass.features.rows(sample..<sample + 1).view
      #expect(mismatch(got, it.reference.features(image), tolerance: 1e-5, "sample \(sample)") == nil)
    }
    var source = RandomSource(seed: UInt64(index))
    let dFeatures = ReferenceTensor(random: [3, it.tower.featureWidth], &source)
    let gradients = pass.wholeBackward(it.weights, dFeatures: dFeatures)
    #expect(gradients.count == it.tower.layout.parameters.count)
    for _ in 0..<5 {
      let parameter = Int.random(in: 0..<it.tower.layout.parameters.count, using: &source)
      let name = it.tower.layout.parameters[parameter].name
      guard let gradient = gradients[parameter] else { continue }
      let value = it.reference.weights[name]!
      let loss = { it.loss(name, $0, dFeatures: dFeatures) }
      var single = ReferenceTensor(zeros: value.shape)
      single.elements[Int.random(in: 0..<single.count, using: &source)] = 1
      for direction in [single, ReferenceTensor(random: value.shape, &source)] {
        let wanted = slope(value, along: direction, loss)
        let bound = 1e-5 * max(gradient.norm * direction.norm, 1)
        #expect(abs(gradient.dot(direction) - wanted) <= bound, "\(name)")
      }
    }
  }

  @Test("Blocks that are computed again give the bytes of blocks that are kept, in less memory", arguments: 1...3)
  func recomputation(recomputedLayers: Int) {
    let configuration = CLIPVisionConfiguration(
      naming: .huggingFace, width: 24, mlpWidth: 40, layers: 5, heads: 3, imageSize: 8, patchSize: 4,
      projectionWidth: 9, activation: .gelu)
    let it = TowerCase(configuration, samples: 5, seed: 3)
    let lanes = [0..<2, 2..<3, 3..<5]
    #expect(EncoderPass.mostRecomputedLayers(it.tower) == 3)
    var source = RandomSource(seed: 4)
    let dFeatures = ReferenceTensor(random: [5, 9], &source)
    let passes = [0, recomputedLayers].map { it.pass(lanes: lanes, recomputedLayers: $0) }
    let gradients = passes.map { pass in
      for lane in lanes.reversed() { pass.forward(lane, it.weights) }
      return pass.wholeBackward(it.weights, dFeatures: dFeatures)
    }
    for (parameter, gradient) in gradients[0] {
      #expect(gradients[1][parameter]?.elements == gradient.elements, "\(it.tower.layout.parameters[parameter].name)")
    }
    let bytes = [0, recomputedLayers].map {
      EncoderPass.byteCount(it.tower, lanes: lanes, workers: 1, recomputedLayers: $0)
    }
    // Of each block q, k, v, probabilities, attention, x₂, the hidden layer and statistics.
    let perToken = 5 * 24 + 3 * 5 + 40 + 4
    #expect(bytes[0] - bytes[1] == 4 * recomputedLayers * 25 * perToken)
  }

  @Test("Lanes computed at the same time by several workers give the bytes of lanes computed in turn")
  func concurrentLanes() throws {
    let configuration = CLIPVisionConfiguration(
      naming: .openCLIP, width: 24, mlpWidth: 48, layers: 3, heads: 2, imageSize: 12, patchSize: 4,
      projectionWidth: 8, activation: .quickGELU)
    let it = TowerCase(configuration, samples: 16, seed: 8)
    let lanes = [0..<5, 5..<6, 6..<9, 9..<10, 10..<15, 15..<16]
    var source = RandomSource(seed: 9)
    let dFeatures = ReferenceTensor(random: [16, 8], &source)
    let inTurn = it.pass(lanes: lanes)
    for lane in lanes { inTurn.forward(lane, it.weights) }
    let features = ReferenceTensor(inTurn.features.view)
    let gradients = inTurn.wholeBackward(it.weights, dFeatures: dFeatures)

    let pool = WorkerPool(threads: 3)
    let together = it.pass(lanes: lanes, workers: 3)
    for round in 0..<20 {
      try pool.run(lanes.count) { lane, _ in together.forward(lanes[lane], it.weights) }
      try #require(mismatch(together.features.view, features, tolerance: 0, "features in round \(round) ") == nil)
    }
    for row in 0..<16 { together.dFeatures[row: row].update(from: inTurn.dFeatures[row: row], count: 8) }
    for stage in (0..<configuration.layers + 2).reversed() {
      // A stage's backward pass leaves its input as it is, so it can be done again.
      for round in 0..<(stage == configuration.layers ? 400 : 5) {
        try pool.run(lanes.count) { lane, worker in
          together.backward(stage: stage, lane: lane, worker: worker, needsInput: stage > 0, it.weights)
        }
        let parts = together.gradientParts(stage: stage).filter { part in
          // The products' naive sums are slow.
          if case .perLane = part.source { true } else { round == 0 }
        }
        for (parameter, gradient) in referenceSums(parts, it.tower.layout) {
          let name = it.tower.layout.parameters[parameter].name
          try #require(mismatch(gradient, gradients[parameter]!, tolerance: 0, "\(name) in round \(round) ") == nil)
        }
      }
    }
  }
}
