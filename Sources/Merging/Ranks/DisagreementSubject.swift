import Checkpoints
import Foundation
import LinearAlgebra
import Transformers

/// What disagreement is measured on, opened and checked from headers: the base, its modules, and some inputs of each task.
/// The fine-tuned models are not looked at, but for a tokenizer that the base lacks.
struct DisagreementSubject: Sendable {
  /// One input of a task.
  struct Sample: Sendable {
    let inputs: TaskInputs
    let index: Int
    /// Nil where it is a picture.
    let text: TextInputs.Tokens?
  }

  let base: ModelFolder
  let encoder: Encoder
  /// Those that are measured.
  let modules: [LoRAModule]
  let samples: [Sample]
  /// The tasks that have inputs.
  let tasks: Int
  /// The most tokens of a sample.
  let mostTokens: Int

  /// - Throws: `InputError` with everything that is wrong.
  init(_ request: MergeRequest, _ settings: DisagreementSettings) throws {
    let findings = FindingList()
    // Without labelled inputs in sight no label is read, though a file may have some.
    let sources = request.models.filter { $0.adapt != nil }.map { source in
      var source = source
      source.evaluate = nil
      return source
    }
    if sources.isEmpty { findings.append("no model of the recipe has unlabelled inputs ('adapt')") }
    let pattern = findings.collecting { try settings.pattern.map(Self.compiled) } ?? nil
    guard let (base, encoder) = findings.collecting({ try Self.open(request) }) else { throw InputError(findings.all) }
    let all = LoRAModule.all(of: encoder)
    let modules = all.filter { module in pattern.map { module.name.contains($0) } ?? true }
    if modules.isEmpty, let text = settings.pattern {
      findings.append("no module's name matches '\(text)'; they are called \(all[0].name), \(all[1].name), …")
    }
    let reader = InputReader(base: base, encoder: encoder, mostTokens: request.mostTokens)
    var samples: [Sample] = []
    for source in sources {
      guard let inputs = findings.collecting({ try reader.inputs(source.adapt!, of: source) }) else { continue }
      let count = min(inputs.count, settings.inputs)
      for index in (0..<count).map({ $0 * inputs.count / count }) {
        findings.collecting {
          samples.append(Sample(inputs: inputs, index: index, text: try inputs.texts?.tokens(index)))
        }
      }
    }
    guard findings.all.isEmpty else { throw InputError(findings.all) }
    (self.base, self.encoder, self.modules) = (base, encoder, modules)
    (self.samples, tasks) = (samples, sources.count)
    mostTokens = encoder.fixedTokens ?? samples.map { $0.text!.words.count }.max()!
  }

  private static func compiled(_ text: String) throws(InputError) -> Regex<AnyRegexOutput> {
    do { return try Regex(text) } catch { throw InputError(["'\(text)' is not a regular expression"]) }
  }

  /// The base with its forward pass.
  private static func open(_ request: MergeRequest) throws -> (ModelFolder, Encoder) {
    let folder = try ModelFolder(path: request.base)
    guard let json = folder.configuration, let fileName = folder.configurationFileName else {
      throw InputError([
        "\(folder.path) has neither config.json nor open_clip_config.json, so the architecture is not known"
      ])
    }
    let plain = try Encoder(
      json: json, fileName: "\(folder.path)/\(fileName)", preprocessor: folder.preprocessor, names: folder.names)
    let encoder = plain.suiting(headsAt: request.models.map { TaskHead.path(of: $0, plain) })
      .suiting(picturesAt: request.models.compactMap(\.adapt), preprocessor: folder.preprocessor)
    let base = try folder.named(as: encoder)
    let findings = encoder.layout.parameters.compactMap { parameter -> String? in
      let entry = base[parameter.name]
      if let entry, entry.shape == parameter.shape, entry.elementType.isFloatingPoint { return nil }
      let found = entry.map { "is \($0.elementType.rawValue) \($0.shape)" } ?? "is missing"
      return "\(base.path): tensor \(parameter.name) \(found), but the configuration asks for \(parameter.shape)"
    }
    guard findings.isEmpty else { throw InputError(findings) }
    return (base, encoder)
  }

  /// The samples as they are computed together.
  var chunks: SampleChunks {
    SampleChunks(tokens: samples.map { [fixed = encoder.fixedTokens] in fixed ?? $0.text!.words.count })
  }

  /// What of a rank's part of the numbers is none, and which pictures cannot be used.
  func findings(rank: Int, ranks: Int, pool: WorkerPool) throws -> [String] {
    let found = FindingList()
    let (parameters, samples) = (encoder.layout.parameters, samples)
    let own = stride(from: rank, to: parameters.count + samples.count, by: ranks).map { $0 }
    try pool.run(own.count) { [base] index, _ in
      let item = own[index]
      found.collecting {
        if item < parameters.count {
          let name = parameters[item].name
          if let finding = try DataCheck.tensor(name, in: base, of: "the base") { found.append(finding) }
        } else if let problem = try samples[item - parameters.count].problem {
          found.append(problem)
        }
      }
    }
    return found.sorted
  }
}

extension DisagreementSubject.Sample {
  /// What keeps a picture from being used, in a sentence; nil where nothing does.
  fileprivate var problem: String? {
    get throws {
      switch inputs {
      case .pictures(let images): try images.nonFinite(at: index)
      case .pictureFolder(let folder): folder.problem(with: index)
      case .texts: nil
      }
    }
  }
}
