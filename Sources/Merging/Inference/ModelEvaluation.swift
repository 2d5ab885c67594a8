import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Transformers

/// The accuracies of finished models on the tasks of a recipe that have labelled inputs.
package struct ModelEvaluation {
  /// What was measured of one task.
  package struct TaskAccuracy: Codable, Equatable, Sendable {
    package let name: String
    package let inputs: Int
    /// A fraction.
    package let accuracy: Double
    /// What else the recipe asks for, and its value.
    package let metric: Metric?
    package let score: Double?
  }

  private let request: MergeRequest
  private let job: Job
  private let pool: WorkerPool

  /// A task to measure, and the classifier for it.
  private struct Exam {
    let source: ModelSource
    let inputs: TaskInputs
    /// Nil where it is yet to be made of the recipe's class names.
    let head: Head?

    var classCount: Int { head?.classCount ?? source.prompts!.classes.count }
  }

  /// A model, and what to measure it on.
  private struct Candidate {
    let folder: ModelFolder
    /// In findings.
    let name: String
    let exams: [Exam]
  }

  /// Candidates that one forward pass serves, opened and checked from their headers.
  private struct Opened {
    /// Says what the candidates' folders do not.
    let base: ModelFolder
    let encoder: Encoder
    let candidates: [Candidate]

    var exams: [Exam] { candidates.flatMap(\.exams) }

    /// Where a candidate's tensor is: what it lacks, the base has.
    func folder(of name: String, _ candidate: Candidate) -> ModelFolder {
      candidate.folder[name] == nil ? base : candidate.folder
    }
  }

  package init(_ request: MergeRequest, job: Job, pool: WorkerPool) {
    self.request = request
    self.job = job
    self.pool = pool
  }

  private var sources: [ModelSource] { request.models.filter { $0.evaluate != nil } }

  /// One model on every task. It says itself how it is computed, as far as its folder goes, and its own
  /// `heads/TASK.safetensors` go before the recipe's. Collective.
  ///
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package func evaluate(model: String) throws -> [TaskAccuracy] {
    try evaluate {
      let folder = try ModelFolder(path: model)
      let isWhole = folder.configuration != nil && folder.preprocessor != nil
      let base = try isWhole ? folder : ModelFolder(path: request.base)
      let heads = sources.map { source in
        let own = "\(model)/heads/\(source.task).safetensors"
        return FileManager.default.fileExists(atPath: own) ? own : nil
      }
      return try open(
        [(folder, "the model", Array(zip(sources, heads)))], configured: folder.configuration == nil ? base : folder,
        preprocessed: folder.preprocessor == nil ? base : folder, base: base)
    }
  }

  /// Each fine-tuned model on its own task, as a merge takes it: its weights suffice, all else is the base's. Collective.
  ///
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package func evaluateEach() throws -> [TaskAccuracy] {
    try evaluate {
      let base = try ModelFolder(path: request.base)
      let findings = FindingList()
      let models = sources.compactMap { source in
        findings.collecting { (try ModelFolder(path: source.model), "model \(source.task)", [(source, String?.none)]) }
      }
      guard findings.all.isEmpty else { throw InputError(findings.all) }
      return try open(models, configured: base, preprocessed: base, base: base)
    }
  }

  private func evaluate(_ open: () throws -> Opened) throws -> [TaskAccuracy] {
    let opened = try job.opening {
      guard !sources.isEmpty else { throw InputError(["no model of the recipe has labelled inputs ('evaluate')"]) }
      return try open()
    }
    var texts = try TextScan(
      opened.exams.compactMap { exam in
        exam.inputs.texts.map { TextScan.Subject(inputs: $0, classCount: exam.classCount) }
      }, rank: job.rank, ranks: job.size, pool: pool)
    try job.agree(on: try scan(opened) + texts.findings)
    try texts.gather(job)
    let made = try makeHeads(opened)
    let encoder = opened.encoder
    let body = try SharedBody(job: job, encoder: encoder)
    let evaluation = Evaluation(encoder: encoder, tokens: texts.counts.map(\.most).max(), job: job, pool: pool)
    return try opened.candidates.flatMap { candidate in
      try body.publish(pool: pool) { opened.folder(of: $0, candidate) }
      return try candidate.exams.map { exam in
        let result = try evaluation.evaluate(
          exam.inputs, head: exam.head ?? made[exam.source.task]!, metric: exam.source.metric, body.weights)
        return TaskAccuracy(
          name: exam.source.task, inputs: exam.inputs.count, accuracy: result.accuracy, metric: exam.source.metric,
          score: result.score)
      }
    }
  }

  /// The heads of class names, by task. Collective.
  private func makeHeads(_ opened: Opened) throws -> [String: Head] {
    let wanting = Set(opened.exams.filter { $0.head == nil }.map(\.source.task))
    let sources = request.models.filter { wanting.contains($0.task) }
    guard !sources.isEmpty else { return [:] }
    let heads = try zeroShotHeads(opened.encoder).make(sources.map { $0.prompts! }, job: job, pool: pool)
    return Dictionary(uniqueKeysWithValues: zip(sources.map(\.task), heads))
  }

  private func zeroShotHeads(_ encoder: Encoder) throws -> ZeroShotHeads {
    try ZeroShotHeads(
      base: ModelFolder(path: request.base).named(as: encoder), featureWidth: encoder.featureWidth)
  }

  /// Opens everything that is evaluated and checks it: on rank 0 its numbers too.
  ///
  /// - Parameters:
  ///   - models: folders, their names in findings, and for each task its head's file.
  ///   - configured: whose configuration says what the forward pass is.
  ///   - preprocessed: whose preprocessor says how bytes become numbers.
  private func open(
    _ models: [(folder: ModelFolder, name: String, exams: [(source: ModelSource, head: String?)])],
    configured: ModelFolder, preprocessed: ModelFolder, base: ModelFolder
  ) throws -> Opened {
    guard let json = configured.configuration, let fileName = configured.configurationFileName else {
      throw InputError([
        "\(configured.path) has neither config.json nor open_clip_config.json, so the architecture is not known"
      ])
    }
    let plain = try Encoder(
      json: json, fileName: "\(configured.path)/\(fileName)", preprocessor: preprocessed.preprocessor,
      names: configured.names)
    let encoder = plain.suiting(
      headsAt: models.flatMap { $0.exams }.map { $0.head ?? TaskHead.path(of: $0.source, plain) }
    ).suiting(picturesAt: sources.map { $0.evaluate! }, preprocessor: preprocessed.preprocessor)
    let reader = InputReader(
      base: configured, preprocessed: preprocessed, encoder: encoder, mostTokens: request.mostTokens)
    let findings = FindingList()
    if models.contains(where: { $0.exams.contains { $0.head == nil && $0.source.prompts != nil } }) {
      findings.collecting { _ = try zeroShotHeads(encoder) }
    }
    let base = try base.named(as: encoder)
    let candidates = models.compactMap { found -> Candidate? in
      guard let folder = findings.collecting({ try found.folder.named(as: encoder) }) else { return nil }
      let model = (folder: folder, name: found.name, exams: found.exams)
      for (index, parameter) in encoder.layout.parameters.enumerated() {
        let folder = encoder.mayLack(index) && model.folder[parameter.name] == nil ? base : model.folder
        let entry = folder[parameter.name]
        guard entry?.shape != parameter.shape || entry?.elementType.isFloatingPoint == false else { continue }
        let found = entry.map { "is \($0.elementType.rawValue) \($0.shape)" } ?? "is missing"
        findings.append(
          "\(model.name) (\(folder.path)): tensor \(parameter.name) \(found), but the configuration asks for "
            + "\(parameter.shape)")
      }
      let exams = model.exams.compactMap { source, ownHead in
        findings.collecting {
          var head: Head?
          if ownHead != nil || source.prompts == nil {
            let own = try TaskHead(path: ownHead ?? TaskHead.path(of: source, encoder), encoder)
            try own.check()
            head = try own.read(encoder)
          }
          let exam = Exam(source: source, inputs: try reader.inputs(source.evaluate!, of: source), head: head)
          if let problem = source.metric?.problem(classCount: exam.classCount) {
            findings.append("task \(source.task): \(problem)")
          }
          try exam.inputs.checkLabels()
          if job.isCoordinator {
            if !exam.inputs.labelsAreInRows { _ = try exam.inputs.labels(classCount: exam.classCount) }
            if let finding = try exam.inputs.firstNonFinite() { findings.append(finding) }
          }
          return exam
        }
      }
      return Candidate(folder: model.folder, name: model.name, exams: exams)
    }
    guard findings.all.isEmpty else { throw InputError(findings.all) }
    return Opened(base: base, encoder: encoder, candidates: candidates)
  }

  /// Looks through this rank's part of the candidates' numbers.
  private func scan(_ opened: Opened) throws -> [String] {
    let tensors = opened.candidates.flatMap { candidate in
      opened.encoder.layout.parameters.map { (candidate: candidate, name: $0.name) }
    }
    let own = tensors.indices.filter { $0 % job.size == job.rank }.map { tensors[$0] }
    let found = FindingList()
    try pool.run(own.count) { index, _ in
      let (candidate, name) = own[index]
      let folder = opened.folder(of: name, candidate)
      if let finding = try DataCheck.tensor(name, in: folder, of: candidate.name) { found.append(finding) }
    }
    return try found.sorted
      + DataCheck.pictures(opened.exams.map(\.inputs), rank: job.rank, ranks: job.size, pool: pool)
  }
}
