import Checkpoints
import Foundation
import LinearAlgebra
import Transformers

extension Collection {
  /// Opens every file of a merge and checks headers, names, shapes and sizes, then all texts.
  ///
  /// - Parameter threads: which read the texts.
  /// - Throws: `InputError` with everything that is wrong, of all files together.
  package init(opening request: MergeRequest, threads: Int = 1) throws {
    try self.init(openingHeadersOf: request)
    let findings = try scanTexts(pool: WorkerPool(threads: threads))
    guard findings.isEmpty else { throw InputError(findings) }
  }

  /// Opens every file of a merge and checks headers, names, shapes and sizes; `scanTexts` is still to be called.
  ///
  /// - Parameters:
  ///   - taskCounter: is told of the tensors of the tasks that are read, later.
  ///   - readsLabels: whether labels are read too, and not only looked for; those of tables are read with their texts.
  /// - Throws: `InputError` with everything that is wrong, of all files together.
  init(openingHeadersOf request: MergeRequest, taskCounter: ReadCounter? = nil, readsLabels: Bool = true) throws {
    let check = CollectionCheck(request, readsLabels: readsLabels)
    guard let opened = check.open(request.base) else { throw InputError(check.findings.all) }
    let encoder = check.encoder(opened)
    guard let base = check.named(opened, as: encoder) else { throw InputError(check.findings.all) }
    let tasks = request.models.map { source in
      check.open(source.model, counter: taskCounter).flatMap { check.named($0, as: encoder) }
    }
    let members = check.members(base, encoder, tasks.compactMap { $0 })
    for (source, folder) in zip(request.models, tasks) {
      if let folder { check.compare(source, folder, base, members, encoder) }
    }
    let reader = encoder.map { InputReader(base: base, encoder: $0, mostTokens: request.mostTokens) }
    if let encoder, let reader { check.inputs(reader, base, encoder) }
    let tensors = check.weighted(check.stacked(members), encoder)
    check.noteOutside(members, encoder)
    guard check.findings.all.isEmpty else { throw InputError(check.findings.all) }

    self.request = request
    self.base = base
    self.tasks = tasks.compactMap { $0 }
    self.encoder = encoder
    self.reader = reader
    textTower = check.textTower
    meanTokens = encoder?.fixedTokens ?? 1
    self.tensors = tensors
    carried = base.names.filter { !base[$0]!.elementType.isFloatingPoint }
    notes = check.notes
  }
}

/// Gathers what is wrong with the files of a merge.
private final class CollectionCheck {
  let findings = FindingList()
  private(set) var notes: [String] = []
  private(set) var textTower: ZeroShotHeads.Tower?
  private let request: MergeRequest
  private let readsLabels: Bool

  /// A floating-point tensor of the base.
  struct Member {
    let name: String
    let shape: [Int]
    let role: ParameterRole
    let place: MergedTensor.Place?
    let continuesPrevious: Bool
    /// Whether a fine-tuned model may be without it.
    let mayBeMissing: Bool
  }

  init(_ request: MergeRequest, readsLabels: Bool) {
    self.request = request
    self.readsLabels = readsLabels
  }

  func open(_ path: String, counter: ReadCounter? = nil) -> ModelFolder? {
    findings.collecting { try ModelFolder(path: path, counter: counter) }
  }

  func named(_ folder: ModelFolder, as encoder: Encoder?) -> ModelFolder? {
    findings.collecting { try folder.named(as: encoder) }
  }

  /// The forward pass of the base; nil with a finding where the method needs one, nil with a note where only accuracy
  /// would.
  func encoder(_ base: ModelFolder) -> Encoder? {
    let needed = request.usesAdaptInputs
    let needer = request.method.learns ? "'\(request.method.rawValue)'" : "merge_coefficient: auto"
    let wanted = needed || request.models.contains { $0.evaluate != nil }
    guard let configuration = base.configuration else {
      let message = "\(base.path) has neither config.json nor open_clip_config.json"
      if needed {
        findings.append("\(message), so the architecture is not known; \(needer) needs to know it")
      } else if wanted {
        notes.append("\(message), so no accuracy is measured")
      }
      return nil
    }
    do {
      let encoder = try Encoder(
        json: configuration, fileName: "\(base.path)/\(base.configurationFileName!)", preprocessor: base.preprocessor,
        names: base.names)
      return encoder.suiting(headsAt: request.models.map { TaskHead.path(of: $0, encoder) })
        .suiting(picturesAt: request.models.flatMap(request.inputPaths), preprocessor: base.preprocessor)
    } catch {
      if needed {
        findings.append("\(error); \(needer) needs one; static methods with a given coefficient merge any architecture")
      } else if wanted {
        notes.append("\(error); so no accuracy is measured")
      }
      return nil
    }
  }

  /// The floating-point tensors of the base: those of the encoder's body in the order of its memory, then the others by
  /// name.
  func members(_ base: ModelFolder, _ encoder: Encoder?, _ tasks: [ModelFolder]) -> [Member] {
    var members: [Member] = []
    let roles = findings.collecting { try TensorRoles(request.roles) }
    func append(
      _ name: String, _ shape: [Int], _ role: ParameterRole, _ place: MergedTensor.Place? = nil,
      continuesPrevious: Bool = false, mayBeMissing: Bool = false
    ) {
      findings.collecting {
        let role = try roles?.role(of: name, shape: shape, default: role) ?? role
        if request.method.learns, encoder != nil, place == nil, role != .frozen {
          throw InputError([
            "tensor \(name) is to be \(role.rawValue), but it is no part of the encoder, so nothing can be learnt "
              + "about it"
          ])
        }
        members.append(
          Member(
            name: name, shape: shape, role: role, place: place, continuesPrevious: continuesPrevious,
            mayBeMissing: mayBeMissing))
      }
    }

    if let encoder {
      for (index, parameter) in encoder.layout.parameters.enumerated() {
        guard let entry = base[parameter.name] else {
          findings.append(
            "\(base.path) has no tensor \(parameter.name) \(parameter.shape), which its configuration asks for")
          continue
        }
        guard entry.elementType.isFloatingPoint, entry.shape == parameter.shape else {
          findings.append(
            "\(base.path): tensor \(parameter.name) is \(entry.elementType.rawValue) \(entry.shape), but its "
              + "configuration asks for \(parameter.shape)")
          continue
        }
        append(
          parameter.name, parameter.shape, parameter.role,
          MergedTensor.Place(offset: encoder.layout.offsets[index], stage: parameter.stage),
          continuesPrevious: parameter.continuesPrevious, mayBeMissing: encoder.mayLack(index))
      }
    }
    let known = Set(encoder?.layout.parameters.map(\.name) ?? [])
    let foreign = foreignClassifier(base, encoder, tasks)
    for name in base.names
    where !known.contains(name) && !foreign.contains(name) && base[name]!.elementType.isFloatingPoint {
      let shape = base[name]!.shape
      // What is not of the body keeps the base's values, as a vision tower's text tower does.
      append(name, shape, encoder == nil ? TensorRoles.guess(name: name, shape: shape) : .frozen, mayBeMissing: true)
    }
    if !foreign.isEmpty {
      notes.append("the base's classifier (\(foreign.joined(separator: ", "))) is left out: the models have others")
    }
    return members
  }

  /// The base's classifier where the tasks' have other shapes: of other classes, it is nothing to them.
  private func foreignClassifier(_ base: ModelFolder, _ encoder: Encoder?, _ tasks: [ModelFolder]) -> [String] {
    let names = base.names.filter { encoder?.checkpointHead?.holds($0) == true }
    let isForeign = tasks.contains { task in
      names.contains { name in task[name].map { $0.shape != base[name]!.shape } ?? false }
    }
    return isForeign ? names : []
  }

  /// Compares a fine-tuned model with the base, tensor by tensor.
  func compare(
    _ source: ModelSource, _ folder: ModelFolder, _ base: ModelFolder, _ members: [Member], _ encoder: Encoder?
  ) {
    guard members.contains(where: { folder[$0.name] != nil }) else {
      findings.append(
        "model \(source.task) (\(folder.path)) has none of the base's tensors: it is another architecture, or its "
          + "tensors have other names (the base has \(members.first?.name ?? "none"), it has "
          + "\(folder.names.first ?? "none"))")
      return
    }
    var unchanged = 0
    for member in members {
      guard let entry = folder[member.name] else {
        if member.mayBeMissing {
          unchanged += 1
        } else {
          findings.append(
            "model \(source.task) (\(folder.path)) has no tensor \(member.name); every fine-tuned model must have "
              + "the tensors of the base's encoder")
        }
        continue
      }
      if entry.shape != member.shape {
        findings.append(
          "model \(source.task) (\(entry.path)): tensor \(member.name) has shape \(entry.shape), but the base's is "
            + "\(member.shape); all models must be fine-tuned from this base")
      } else if !entry.elementType.isFloatingPoint {
        findings.append(
          "model \(source.task) (\(entry.path)): tensor \(member.name) holds \(entry.elementType.rawValue), but the "
            + "base's holds floating-point numbers")
      }
    }
    if unchanged > 0 {
      notes.append("model \(source.task) lacks \(unchanged) tensors of the base; they count as unchanged")
    }
    let others = folder.names.filter { base[$0] == nil && encoder?.checkpointHead?.holds($0) != true }
    if !others.isEmpty {
      notes.append(
        "model \(source.task) has \(others.count) tensors that the base lacks; they are left out (\(others[0]), …)")
    }
  }

  /// Checks the tasks' heads and inputs.
  func inputs(_ reader: InputReader, _ base: ModelFolder, _ encoder: Encoder) {
    if request.models.contains(where: { $0.prompts != nil }) {
      textTower = findings.collecting { try ZeroShotHeads(base: base, featureWidth: encoder.featureWidth) }?.tower
    }
    for source in request.models {
      let needsHead = request.usesAdaptInputs || source.evaluate != nil || source.headIsExplicit
      var classCount = source.prompts?.classes.count
      if source.prompts == nil, needsHead || TaskHead.isPresent(source, encoder) {
        classCount = findings.collecting { try TaskHead(path: TaskHead.path(of: source, encoder), encoder).check() }
      }
      if let problem = classCount.flatMap({ source.metric?.problem(classCount: $0) }) {
        findings.append("task \(source.task): \(problem)")
      }
      for path in request.inputPaths(of: source) {
        findings.collecting {
          let inputs = try reader.inputs(path, of: source)
          if let note = inputs.note, !notes.contains(note) { notes.append(note) }
          guard path == source.evaluate else { return }
          try inputs.checkLabels()
          if readsLabels, !inputs.labelsAreInRows, let classCount { _ = try inputs.labels(classCount: classCount) }
        }
      }
    }
  }

  /// Says what becomes of the tensors that the encoder does not use.
  func noteOutside(_ members: [Member], _ encoder: Encoder?) {
    // Linear merges treat all tensors alike.
    guard encoder != nil, request.method != .linear else { return }
    let outside = members.filter { $0.place == nil && (request.method == .average || $0.role == .frozen) }
    guard let first = outside.first else { return }
    notes.append(
      "\(outside.count) tensors of the base are no part of the encoder (\(first.name), …); "
        + (request.method == .average || request.origin == .cart
          ? "they become the mean of the models'" : "they keep the base's values"))
  }

  /// The members as merged tensors; with `fuse_qkv`, those that the encoder uses as one matrix are stacked.
  func stacked(_ members: [Member]) -> [MergedTensor] {
    var tensors: [MergedTensor] = []
    var rest = members[...]
    while let first = rest.first {
      let run = rest.prefix(1) + rest.dropFirst().prefix { $0.continuesPrevious }
      rest = rest.dropFirst(run.count)
      let masked = run.count { $0.role == .masked }
      if request.fuseQKV, run.count > 1, masked == run.count {
        tensors.append(merged(run, name: first.name.replacing("q_proj", with: "qkv_proj", maxReplacements: 1)))
        continue
      }
      if request.fuseQKV, masked > 0, masked < run.count {
        findings.append("fuse_qkv: \(run.map(\.name).joined(separator: ", ")) must all be masked, or none of them")
      }
      tensors += run.map { merged([$0], name: $0.name) }
    }
    if request.fuseQKV, tensors.allSatisfy({ $0.members.count == 1 }) {
      notes.append("fuse_qkv changes nothing: the base has no masked query, key and value matrices to put together")
    }
    return tensors
  }

  /// The tensors with what their initial kept fractions are multiplied by.
  func weighted(_ tensors: [MergedTensor], _ encoder: Encoder?) -> [MergedTensor] {
    guard let path = request.learning?.keptRanksPath, let encoder else { return tensors }
    let factors = findings.collecting { try KeptRanks(path: path, encoder: encoder).factors(of: tensors, encoder) }
    return tensors.map { tensor in
      var tensor = tensor
      tensor.keptFactor = factors?[tensor.name] ?? 1
      return tensor
    }
  }

  private func merged(_ members: ArraySlice<Member>, name: String) -> MergedTensor {
    let tensor = MergedTensor(
      name: name, members: members.map { MergedTensor.Member(name: $0.name, shape: $0.shape) },
      role: members.first!.role, place: members.first!.place)
    guard request.method.learns else { return tensor }
    return MergedTensor(
      name: name, members: tensor.members, role: tensor.role, place: tensor.place,
      componentCount: request.origin.componentCount(of: tensor.componentCount, tasks: request.models.count))
  }
}
