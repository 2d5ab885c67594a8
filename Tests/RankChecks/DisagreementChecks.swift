import Checkpoints
import Communication
import LinearAlgebra
import Merging
import Transformers

/// Disagreement, against a slow computation: one module at a time in a copy of the weights, and whole forward passes over
/// all inputs together; and group by group, against all inputs in one group.
enum DisagreementChecks {
  static func run(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    for family in ["clip", "openclip", "vit", "dinov2", "roberta", "bert", "gpt2"] {
      let request = FixtureMerge.request(.average, family: family, fixtures: context.fixtures)
      var settings = DisagreementSettings()
      (settings.trials, settings.inputs, settings.seed) = (2, 5, 7)
      let run = try DisagreementRun(request, settings, job: job, pool: context.pool())
      let before = bits(run.weights)
      let values = try run.run()
      context.verdict.expect(bits(run.weights) == before, "\(family): weights are not restored to the bit")
      let threaded = try DisagreementRun(request, settings, job: job, pool: context.pool(threads: 3)).run()
      context.verdict.expectEqual(threaded, values, "\(family): on three threads")
      context.say("\(family) \(values.joined().map { String($0.bitPattern, radix: 16) }.joined(separator: " "))")

      let slow = try SlowDisagreement(run, request, settings)
      context.verdict.expectEqual(values.count, run.modules.count, "\(family): modules")
      // Every rank has all values, and checks some of them.
      for module in stride(from: job.rank, to: run.modules.count, by: job.size) {
        for trial in 0..<settings.trials {
          let wanted = slow.disagreement(run.modules[module], trial: trial)
          let got = values[module][trial]
          context.verdict.expect(
            abs(got - wanted) <= 1e-4 * wanted && wanted > 0,
            "\(family) \(run.modules[module].name), trial \(trial): got \(got), wanted \(wanted)")
        }
      }
      try compareGroups(family, request, job: job, context)
    }
  }

  /// With room for the blocks' inputs of all chunks, of about two and of one.
  private static func compareGroups(
    _ family: String, _ request: MergeRequest, job: Job, _ context: CheckContext
  ) throws {
    var settings = DisagreementSettings()
    (settings.trials, settings.inputs) = (1, 24)
    func measured(threads: Int) throws -> (run: DisagreementRun, values: [[Double]], parts: Int) {
      var parts = 0
      let run = try DisagreementRun(request, settings, job: job, pool: context.pool(threads: threads)) { event in
        if case .progress(_, let count) = event { parts = count }
      }
      let values = try run.run()
      return (run, values, parts)
    }
    let whole = try measured(threads: 1)
    let encoder = whole.run.encoder
    for (tokens, threads) in [(512, 1), (0, 1), (0, 2)] {
      settings.mostInputBytes = tokens * encoder.layers * encoder.width * MemoryLayout<Float>.stride
      let grouped = try measured(threads: threads)
      context.verdict.expectEqual(grouped.values, whole.values, "\(family): in groups of \(tokens) tokens")
      context.verdict.expect(bits(grouped.run.weights) == bits(whole.run.weights), "\(family): restored weights")
      // 72 inputs, at most 25 in a chunk. Rank 0 alone is told.
      context.verdict.expect(
        tokens > 0 || !job.isCoordinator || grouped.parts >= 3 * whole.parts, "\(family): \(grouped.parts) parts")
    }
  }

  private static func bits(_ weights: BodyWeights) -> [UInt32] {
    UnsafeBufferPointer(start: weights.base, count: weights.layout.count).map(\.bitPattern)
  }
}

private struct SlowDisagreement {
  private let encoder: Encoder
  private let original: BodyWeights
  private let settings: DisagreementSettings
  private let pass: EncoderPass
  private let clean: [Float]

  init(_ run: DisagreementRun, _ request: MergeRequest, _ settings: DisagreementSettings) throws {
    (encoder, original, self.settings) = (run.encoder, run.weights, settings)
    let paths = request.models.map { $0.adapt! }
    let count = paths.count * settings.inputs
    pass = EncoderPass(encoder, tokens: encoder.fixedTokens ?? 12, lanes: [0..<count], workers: 1, forBackward: false)
    for (task, path) in paths.enumerated() {
      for input in 0..<settings.inputs {
        try Self.place(input * 24 / settings.inputs, of: path, at: task * settings.inputs + input, in: pass)
      }
    }
    clean = Self.features(pass, original)
  }

  private static func place(_ input: Int, of path: String, at sample: Int, in pass: EncoderPass) throws {
    switch pass.encoder.input {
    case .pictures(let tower):
      let scratch = FloatStorage(count: pass.encoder.pixelCount)
      try ImageInputs(path: path, pictures: tower.pictures, normalization: { .clip })
        .cut(input, scratch: scratch.base, into: pass.patches(of: sample..<sample + 1))
    case .text:
      let file = try SafetensorsFile(path: path)
      let mask = try file.readIntegers("attention_mask", elements: input * 12..<(input + 1) * 12)
      let words = try file.readIntegers("input_ids", elements: input * 12..<(input + 1) * 12)
        .prefix(mask.count { $0 == 1 }).map { Int32($0) }
      words.withUnsafeBufferPointer { pass.place(sample, isFirst: sample == 0, words: $0, types: nil) }
    }
  }

  private static func features(_ pass: EncoderPass, _ weights: BodyWeights) -> [Float] {
    let samples = 0..<pass.features.rows
    pass.forward(samples, weights)
    return samples.flatMap { row in (0..<pass.features.columns).map { pass.features[row: row][$0] } }
  }

  func disagreement(_ module: LoRAModule, trial: Int) -> Double {
    let storage = FloatStorage(count: original.layout.count)
    storage.base.update(from: original.base, count: storage.count)
    let weights = BodyWeights(base: storage.base, layout: original.layout)
    for tensor in module.parts.flatMap(\.tensors) {
      let elements = weights.mutableElements(tensor)
      let n = Double(elements.count)
      let sum = elements.reduce(0) { $0 + Double($1) }
      let squares = elements.reduce(0) { $0 + Double($1) * Double($1) }
      NormalNoise(seed: settings.seed, tensor: tensor, trial: trial)
        .add(to: elements, 0..<elements.count, deviation: ((squares - sum * sum / n) / (n - 1)).squareRoot())
    }
    let changed = Self.features(pass, weights)
    return withExtendedLifetime(storage) {
      zip(changed, clean).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(clean.count)
    }
  }
}
