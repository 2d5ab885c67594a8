import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Synchronization
import Tokenizers
import Transformers

/// Makes heads of class names with a CLIP model's own text tower:
///
///     w_c = exp(s) · m_c / ‖m_c‖,   m_c = Σₜ f_ct / ‖f_ct‖
///
/// where f_ct [C] are the features of template t with the name of class c in it, and s is the model's `logit_scale`.
///
/// Source: Radford et al., CLIP (arXiv:2103.00020), section 3.1.4.
struct ZeroShotHeads {
  /// The forward pass of texts.
  struct Tower: Sendable {
    let encoder: Encoder
    /// The most tokens of a prompt.
    let tokens: Int

    /// The private memory that a rank needs to make heads, in bytes.
    func byteCount(threads: Int) -> Int {
      encoder.layout.count * MemoryLayout<Float>.stride
        + Inference.byteCount(encoder: encoder, tokens: tokens, threads: threads)
    }
  }

  var tower: Tower { Tower(encoder: encoder, tokens: limit) }

  private let base: ModelFolder
  private let encoder: Encoder
  private let configuration: TextConfiguration
  private let tokenizer: Tokenizer
  private let scale: Float
  /// The most tokens of a prompt.
  private let limit: Int

  /// - Parameters:
  ///   - base: a folder of the whole CLIP model, with its tokenizer.
  ///   - featureWidth: C of the vision tower's features.
  /// - Throws: `InputError` with all that the folder lacks.
  init(base: ModelFolder, featureWidth: Int) throws {
    let purpose = "which 'classes' makes heads with"
    guard let json = base.configuration, let name = base.configurationFileName else {
      throw InputError(["\(base.path) has no configuration of a text tower, \(purpose)"])
    }
    let tower: CLIPTextConfiguration
    do {
      tower = try CLIPTextConfiguration(json: json, fileName: "\(base.path)/\(name)")
      tokenizer = try Tokenizer(folder: base.path)
    } catch { throw InputError(["\(error), \(purpose)"]) }
    self.base = base
    encoder = Encoder(tower)
    guard case .text(let configuration) = encoder.input else { preconditionFailure("not a text tower") }
    self.configuration = configuration
    guard tokenizer.vocabularyCount == tower.vocabulary else {
      throw InputError([
        "\(base.path): its tokenizer has \(tokenizer.vocabularyCount) tokens, but its text tower knows "
          + "\(tower.vocabulary); it is another model's tokenizer"
      ])
    }
    guard tower.projectionWidth == featureWidth else {
      throw InputError([
        "\(base.path): its text tower makes features of width \(tower.projectionWidth), but the vision tower's have width "
          + "\(featureWidth): is it without its projection?"
      ])
    }
    limit = min(tower.positions, tokenizer.maximumLength ?? .max)
    guard limit > tokenizer.specialCount(isPair: false) else {
      throw InputError(["\(base.path): its texts of at most \(limit) tokens leave no room for words, \(purpose)"])
    }
    let wanted = encoder.layout.parameters.map { (name: $0.name, shape: $0.shape) } + [("logit_scale", [])]
    let findings = wanted.compactMap { name, shape -> String? in
      guard let entry = base[name] else { return "\(base.path) has no tensor \(name) \(shape), \(purpose)" }
      guard entry.shape == shape, entry.elementType.isFloatingPoint else {
        return "\(base.path): tensor \(name), \(purpose), is \(entry.elementType.rawValue) \(entry.shape), not \(shape)"
      }
      return nil
    }
    guard findings.isEmpty else { throw InputError(findings) }
    scale = exp(try base.tensor("logit_scale").elements[0])
    guard scale.isFinite else { throw InputError(["\(base.path): logit_scale is no finite number"]) }
  }

  /// The heads [K, C] of several tasks. Classes are shared out over the ranks, and each is computed alone, so that the
  /// heads do not depend on the ranks. Collective.
  func make(_ tasks: [ClassPrompts], job: Job, pool: WorkerPool) throws -> [Head] {
    let body = try SharedBody(job: job, encoder: encoder)
    try body.publish(pool: pool) { [base] _ in base }
    let inference = Inference(encoder: encoder, tokens: limit, job: job, pool: pool)
    let heads = try tasks.map { prompts in
      let width = encoder.featureWidth
      let rows = Mutex([Double](repeating: 0, count: prompts.classes.count * width))
      let own = prompts.classes.indices.filter { $0 % job.size == job.rank }
      try pool.run(own.count) { [weights = body.weights] index, worker in
        let row = try self.weights(of: prompts.texts(ofClass: own[index]), inference, worker, weights)
        rows.withLock { $0.replaceSubrange(own[index] * width..<(own[index] + 1) * width, with: row) }
      }
      let whole = try job.world.assemble(rows.withLock { $0 })
      try job.agree(
        on: whole.firstIndex { !$0.isFinite }.map { place in
          ["the text tower of \(base.path) makes no finite numbers of the class '\(prompts.classes[place / width])'"]
        } ?? [])
      return Head(
        weight: Tensor(shape: [prompts.classes.count, width], elements: whole.map { Float($0) }), bias: nil,
        input: .normalized)
    }
    try body.free()
    return heads
  }

  /// The weights [C] of a class.
  private func weights(
    of prompts: [String], _ inference: Inference, _ worker: Int, _ body: BodyWeights
  ) throws -> [Double] {
    let inputs = TaskInputs.texts(
      TextInputs(
        TokenizedTexts(texts: prompts, tokenizer: tokenizer, limit: limit, path: base.path),
        labels: .missing(reason: "is a prompt"), configuration: configuration))
    var sum = [Double](repeating: 0, count: encoder.featureWidth)
    for first in stride(from: 0, to: inputs.count, by: inference.chunk) {
      try inference.withFeatures(
        of: inputs, Array(first..<min(first + inference.chunk, inputs.count)), worker, body
      ) { features in
        for row in 0..<features.rows {
          let values = (0..<features.columns).map { Double(features[row: row][$0]) }
          let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
          for column in values.indices { sum[column] += values[column] / norm }
        }
      }
    }
    let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sum.map { Double(scale) * $0 / norm }
  }
}
