import Checkpoints
import Communication
import Foundation
import LinearAlgebra
import Transformers

/// The models of a merge, opened and checked from their headers: nothing of their weights has been read.
package struct Collection: Sendable {
  package internal(set) var request: MergeRequest
  package let base: ModelFolder
  package let tasks: [ModelFolder]
  /// The forward pass, where the architecture has one here.
  package let encoder: Encoder?
  /// Opens what the forward pass takes in; nil where there is none.
  let reader: InputReader?
  /// What makes heads of class names; nil where none are made.
  let textTower: ZeroShotHeads.Tower?
  /// The heads that class names make, by task, once they are made.
  private var promptedHeads: [String: Head] = [:]
  /// The most tokens of an input that is learnt on; nil where the encoder fixes them.
  package internal(set) var mostTokens: Int?
  /// The mean number of tokens of the inputs that are learnt on, at least 1.
  package internal(set) var meanTokens: Int
  /// The most tokens of a labelled input; nil where the encoder fixes them.
  private(set) var mostEvaluatedTokens: Int?
  /// What is merged: every floating-point tensor of the base, in the order of the encoder's memory and then by name.
  package let tensors: [MergedTensor]
  /// Tensors that are taken from the base as they are: those of integers.
  package let carried: [String]
  /// What a person should know and nothing is wrong with.
  package let notes: [String]

  package var taskCount: Int { tasks.count }

  /// The indices of the tensors of the encoder's body.
  package var body: [Int] { tensors.indices.filter { tensors[$0].place != nil } }

  /// The element type that a tensor of the base has in the output.
  package func outputElementType(_ name: String) -> ElementType {
    switch request.outputType {
    case .float32: .f32
    case .float16: .f16
    case .bfloat16: .bf16
    case .base: base[name]!.elementType
    }
  }

  /// A task's unlabelled inputs.
  ///
  /// - Precondition: the task has some, and the base a forward pass.
  func adaptInputs(_ source: ModelSource) throws -> TaskInputs { try reader!.inputs(source.adapt!, of: source) }

  /// A task's labelled inputs.
  ///
  /// - Precondition: as above.
  func evaluateInputs(_ source: ModelSource) throws -> TaskInputs { try reader!.inputs(source.evaluate!, of: source) }

  /// Takes what a search has chosen.
  mutating func choose(_ found: MergeReport.Search) {
    request.search = nil
    request.learning?.mergeCoefficient = found.mergeCoefficient
    request.statics?.mergeCoefficient = found.mergeCoefficient
    guard let fraction = found.keptFraction else { return }
    request.learning?.initialKeptFraction = fraction
    request.statics?.keptFraction = fraction
  }

  /// Everything that forward passes will take in.
  func allInputs() throws -> [TaskInputs] {
    guard let reader else { return [] }
    return try request.models.flatMap { source in
      try request.inputPaths(of: source).map { try reader.inputs($0, of: source) }
    }
  }

  /// Makes the heads of those tasks whose classes have names in the recipe. Collective.
  mutating func makeHeads(job: Job, pool: WorkerPool) throws {
    let sources = request.models.filter { $0.prompts != nil }
    guard !sources.isEmpty, let encoder else { return }
    let heads = try ZeroShotHeads(base: base, featureWidth: encoder.featureWidth)
      .make(sources.map { $0.prompts! }, job: job, pool: pool)
    promptedHeads = Dictionary(uniqueKeysWithValues: zip(sources.map(\.task), heads))
  }

  /// A task's classifier: made of class names, or read.
  package func head(_ source: ModelSource) throws -> Head {
    if source.prompts != nil { return promptedHeads[source.task]! }
    return try TaskHead(path: TaskHead.path(of: source, encoder), encoder!).read(encoder!)
  }

  /// K, from what the recipe or the head's header says; nil where the task has no head.
  func classCount(_ source: ModelSource) throws -> Int? {
    if let prompts = source.prompts { return prompts.classes.count }
    guard let encoder, TaskHead.isPresent(source, encoder) else { return nil }
    return try TaskHead(path: TaskHead.path(of: source, encoder), encoder).check()
  }

  /// The shapes [K, C] of all tasks' heads.
  func headShapes() throws -> [[Int]] {
    try request.models.map { [try classCount($0) ?? 0, encoder!.featureWidth] }
  }

  /// The texts of a task's inputs that are looked at.
  private func texts(_ source: ModelSource) throws -> [(path: String, subject: TextScan.Subject)] {
    guard let reader else { return [] }
    return try request.inputPaths(of: source).compactMap { path -> (path: String, subject: TextScan.Subject)? in
      guard let texts = try reader.inputs(path, of: source).texts else { return nil }
      let classCount = path == source.evaluate ? try classCount(source) : nil
      return (path, TextScan.Subject(inputs: texts, classCount: classCount))
    }
  }

  /// Reads this rank's part of all texts, and notes how many tokens all have. Collective where there is a job.
  ///
  /// - Returns: what is wrong with the rank's part.
  mutating func scanTexts(job: Job? = nil, pool: @autoclosure () -> WorkerPool) throws -> [String] {
    let texts = try request.models.flatMap { source in try self.texts(source).map { (source, $0.path, $0.subject) } }
    guard !texts.isEmpty else { return [] }
    var scan = try TextScan(texts.map { $0.2 }, rank: job?.rank ?? 0, ranks: job?.size ?? 1, pool: pool())
    if let job { try scan.gather(job) }
    var (learned, evaluated) = (TokenCounts(), TokenCounts())
    for ((source, path, _), counts) in zip(texts, scan.counts) {
      if request.usesAdaptInputs, path == source.adapt { learned.add(counts) }
      if path == source.evaluate { evaluated.add(counts) }
    }
    if learned.texts > 0 { (mostTokens, meanTokens) = (learned.most, max(1, learned.tokens / learned.texts)) }
    if evaluated.texts > 0 { mostEvaluatedTokens = evaluated.most }
    return scan.findings
  }

  /// Whether forward passes have a known size: texts that cannot be read have no length.
  var isMeasurable: Bool { encoder.map { $0.fixedTokens != nil || mostTokens != nil } ?? true }

  /// Whether a task's checkpoint has a tensor; where it has not, the tensor counts as unchanged.
  func has(_ name: String, task: Int) -> Bool { tasks[task][name] != nil }

  /// Lets the disk begin to read a merged tensor of a model.
  ///
  /// - Parameter task: whose; nil for the base.
  func prefetch(_ tensor: MergedTensor, task: Int?) {
    for member in tensor.members {
      let folder = task.map { has(member.name, task: $0) ? tasks[$0] : base } ?? base
      folder.prefetch(member.name)
    }
  }

  /// Reads some elements of a merged tensor as a model has them, members one after the other.
  ///
  /// - Parameter task: whose; nil for the base. A task that lacks a member has the base's.
  func read(
    _ tensor: MergedTensor, task: Int?, elements: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) throws {
    var start = 0
    for member in tensor.members {
      let part = elements.clamped(to: start..<start + member.count)
      if !part.isEmpty {
        let folder = task.map { has(member.name, task: $0) ? tasks[$0] : base } ?? base
        try folder.readFloats(
          member.name, elements: part.lowerBound - start..<part.upperBound - start,
          into: UnsafeMutableBufferPointer(start: target + part.lowerBound - elements.lowerBound, count: part.count))
      }
      start += member.count
    }
  }

  /// Reads a whole merged tensor as a model has it, [rows, columns].
  func read(_ tensor: MergedTensor, task: Int?, into target: UnsafeMutablePointer<Float>) throws {
    try read(tensor, task: task, elements: 0..<tensor.count, into: target)
  }
}
