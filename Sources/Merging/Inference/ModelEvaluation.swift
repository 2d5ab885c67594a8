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
  }

  private let request: MergeRequest
  private let job: Job
  private let pool: WorkerPool

  package init(_ request: MergeRequest, job: Job, pool: WorkerPool) {
    self.request = request
    self.job = job
    self.pool = pool
  }

  /// One model on every task; its own `heads/TASK.safetensors` go before the recipe's. Collective.
  ///
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package func evaluate(model: String) throws -> [TaskAccuracy] {
    let sources = request.models.filter { $0.evaluate != nil }
    return try evaluate(model: model, sources)
  }

  /// Each fine-tuned model on its own task. Collective.
  ///
  /// - Throws: `AgreedFailure` with everything that is wrong.
  package func evaluateEach() throws -> [TaskAccuracy] {
    try request.models.filter { $0.evaluate != nil }.flatMap { try evaluate(model: $0.model, [$0]) }
  }

  private func evaluate(model: String, _ sources: [ModelSource]) throws -> [TaskAccuracy] {
    let opened = try job.onCoordinator(checking: true) { try open(model, sources) }
    let (folder, tower, normalization, heads) = try opened ?? open(model, sources)
    let parameters = tower.layout.parameters
    let tensors = parameters.indices.map { index in
      MergedTensor(
        name: parameters[index].name,
        members: [MergedTensor.Member(name: parameters[index].name, shape: parameters[index].shape)], role: .frozen,
        place: MergedTensor.Place(offset: tower.layout.offsets[index], stage: parameters[index].stage))
    }
    let body = try SharedBody(job: job, layout: tower.layout, tensors: tensors)
    let size = job.size
    let writers = tensors.indices.map { $0 % size }
    try body.publish(Array(tensors.indices), pool: pool, writers: writers) { index, target in
      try folder.readFloats(
        tensors[index].name, elements: 0..<tensors[index].count,
        into: UnsafeMutableBufferPointer(start: target.base, count: tensors[index].count))
    }
    let evaluation = Evaluation(tower: tower, job: job, pool: pool)
    return try zip(sources, heads).map { source, head in
      let inputs = try ImageInputs(
        path: source.evaluate!, configuration: tower.configuration, normalization: normalization, counter: nil)
      let accuracy = try evaluation.accuracy(inputs, head: head, body.weights)
      return TaskAccuracy(name: source.task, inputs: inputs.count, accuracy: accuracy)
    }
  }

  private func open(
    _ model: String, _ sources: [ModelSource]
  ) throws -> (ModelFolder, CLIPVisionTower, PixelNormalization, [Head]) {
    guard !sources.isEmpty else { throw InputError(["no model of the recipe has labelled inputs ('evaluate')"]) }
    let folder = try ModelFolder(path: model)
    // A fine-tuned checkpoint's weights suffice: what it does not say, the base says.
    let base = try folder.configuration == nil || folder.preprocessor == nil ? ModelFolder(path: request.base) : folder
    guard let json = folder.configuration ?? base.configuration else {
      throw InputError(["neither \(model) nor \(request.base) has a config.json or open_clip_config.json"])
    }
    let name =
      folder.configurationFileName.map { "\(model)/\($0)" } ?? "\(base.path)/\(base.configurationFileName ?? "")"
    let tower = CLIPVisionTower(try CLIPVisionConfiguration(json: json, fileName: name))
    let normalization = try PixelNormalization(
      preprocessor: folder.preprocessor ?? base.preprocessor, configuration: json, folder: base.path,
      channels: tower.configuration.channels)
    var findings: [String] = []
    for parameter in tower.layout.parameters {
      if folder[parameter.name]?.shape != parameter.shape {
        let found = folder[parameter.name].map { "has shape \($0.shape)" } ?? "is missing"
        findings.append("\(model): tensor \(parameter.name) \(found); its configuration asks for \(parameter.shape)")
      }
    }
    var heads: [Head] = []
    for source in sources {
      do {
        let own = "\(model)/heads/\(source.task).safetensors"
        let path = FileManager.default.fileExists(atPath: own) ? own : source.head
        try TaskHead.check(path: path, featureWidth: tower.configuration.featureWidth)
        let head = try TaskHead.read(path: path)
        let inputs = try ImageInputs(
          path: source.evaluate!, configuration: tower.configuration, normalization: normalization, counter: nil)
        _ = try inputs.labels(classCount: head.classCount)
        if let finding = try inputs.firstNonFinite() { findings.append(finding) }
        heads.append(head)
      } catch { findings.append("\(error)") }
    }
    guard findings.isEmpty else { throw InputError(findings) }
    return (folder, tower, normalization, heads)
  }
}
