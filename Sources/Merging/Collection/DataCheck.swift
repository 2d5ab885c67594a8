import Checkpoints
import Communication
import Foundation
import LinearAlgebra

/// Looks through the numbers of a merge's files for NaN and infinity, and decodes pictures, before any is computed with.
enum DataCheck {
  /// Scans what rank 0 answers for: heads and inputs.
  static func inputs(_ collection: Collection) -> [String] {
    guard let encoder = collection.encoder, let reader = collection.reader else { return [] }
    let findings = FindingList()
    let request = collection.request
    // A head that nothing is computed with goes into the output, if it is there; every other is there.
    for source in request.models where source.prompts != nil || TaskHead.isPresent(source, encoder) {
      findings.collecting {
        if source.prompts == nil { _ = try collection.head(source) }
        for path in request.inputPaths(of: source) {
          if let finding = try reader.inputs(path, of: source).firstNonFinite() { findings.append(finding) }
        }
      }
    }
    return findings.all
  }

  /// Decodes a rank's part of all pictures in folders, and says which cannot be used; after `mostPictures` it is enough.
  static func pictures(_ inputs: [TaskInputs], rank: Int, ranks: Int, pool: WorkerPool) throws -> [String] {
    let found = FindingList()
    for case .pictureFolder(let folder) in inputs {
      let own = Array(stride(from: rank, to: folder.count, by: ranks))
      try pool.run(own.count) { index, _ in
        guard found.all.count < mostPictures, let problem = folder.problem(with: own[index]) else { return }
        found.append(problem)
      }
    }
    return found.sorted
  }

  private static let mostPictures = 20

  /// Scans the weights that a rank owns: the tasks of its shares, and the base's tensor where it puts it together.
  ///
  /// - Parameter progress: told how many of them are done.
  static func weights(
    _ collection: Collection, plan: ShardPlan, rank: Int, pool: WorkerPool,
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) throws -> [String] {
    let shares = plan.shares(ofRank: rank)
    let items: [(tensor: Int, task: Int?)] = shares.flatMap { share in
      let tasks: [Int?] = share.tasks.map { $0 }
      return (plan.shares[share.tensor][0] == share ? tasks + [nil] : tasks).map { (share.tensor, $0) }
    }
    let (found, done) = (FindingList(), Counter())
    func watch() { progress(done.value, items.count) }
    try pool.run(items.count, meanwhile: watch) { index, _ in
      defer { done.increment() }
      let (merged, task) = items[index]
      for member in collection.tensors[merged].members {
        if let task, !collection.has(member.name, task: task) { continue }
        let folder = task.map { collection.tasks[$0] } ?? collection.base
        let model = task.map { "model \(collection.request.models[$0].task)" } ?? "the base"
        if let finding = try tensor(member.name, in: folder, of: model) { found.append(finding) }
      }
    }
    return found.sorted
  }

  /// What is not a number in a tensor, in a sentence; nil where nothing is.
  ///
  /// - Parameter model: whose it is.
  static func tensor(_ name: String, in folder: ModelFolder, of model: String) throws -> String? {
    try firstNonFinite(of: name, in: folder).map {
      "\(model) (\(folder[name]!.path)): tensor \(name) holds a NaN or an infinity at element \($0)"
    }
  }

  private static func firstNonFinite(of name: String, in folder: ModelFolder) throws -> Int? {
    let count = folder[name]!.elementCount
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: 65_536) { buffer in
      for start in stride(from: 0, to: count, by: buffer.count) {
        let part = start..<min(start + buffer.count, count)
        try folder.readFloats(
          name, elements: part, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<part.count]))
        if let position = LinearAlgebra.firstNonFinite(buffer.baseAddress!, count: part.count) {
          return start + position
        }
      }
      return nil
    }
  }
}
