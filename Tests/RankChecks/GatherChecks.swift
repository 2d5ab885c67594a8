import Checkpoints
import Communication
import LinearAlgebra
import Merging

/// The final gather by hand: tensors that come late, to rank 0 and to others, over several files. Prints the digest, which must
/// be the same for every number of ranks.
enum GatherChecks {
  static func run(_ context: CheckContext) throws {
    let job = try Job(world: context.world)
    var request = FixtureMerge.request(.average, family: "clip", fixtures: context.fixtures)
    request.shardSize = 20_000
    let collection = try Collection(opening: request)
    // Some of every rank; everything of the last; of all ranks but the first nothing.
    for owner in [{ $0 % job.size }, { _ in job.size - 1 }, { _ in 0 }] as [(Int) -> Int] {
      // A failure leaves nothing behind that the next gather would take for its own.
      try gather(collection, job, owner, broken: true, context)
      let digest = try gather(collection, job, owner, broken: false, context)
      context.say("digest gather \(digest)")
    }
  }

  /// Numbers of a tensor that belong to no other.
  private static func values(_ tensor: Int, _ count: Int) -> FloatStorage {
    let storage = FloatStorage(count: count)
    for place in 0..<count { storage.base[place] = Float(tensor) + Float(place) / 65_536 }
    return storage
  }

  @discardableResult
  private static func gather(
    _ collection: Collection, _ job: Job, _ owner: @escaping (Int) -> Int, broken: Bool, _ context: CheckContext
  ) throws -> String {
    try context.withScratchFolder { scratch in
      let folder = try job.onCoordinator { try OutputFolder(at: "\(scratch)/out", overwrite: false) }
      var asked = 0
      var taken: [Int: Int] = [:]
      let gather = ModelGather(job: job, collection: collection, folder: folder, owner: owner) { tensor in
        asked += 1
        // Each is there at the third time of asking; when all the rest is asked for, at once.
        guard asked % 3 == 0 || asked > 300 else { return nil }
        taken[tensor, default: 0] += 1
        let storage = values(tensor, collection.tensors[tensor].count)
        if broken { storage.base[0] = .nan }
        return ModelGather.MergedValues(base: UnsafePointer(storage.base), keeper: storage)
      }
      let own = collection.tensors.indices.filter { owner($0) == job.rank }
      context.verdict.expectEqual(gather.order.sorted(), own, "the order has this rank's tensors")
      for _ in 0..<300 { try gather.advance() }
      asked = 300
      var told: [Int] = []
      try gather.complete { done, _ in told.append(done) }
      context.verdict.expect(taken.keys.sorted() == own, "tensors \(taken.keys.sorted()) were taken")
      context.verdict.expect(told == told.sorted(), "progress \(told)")
      if broken {
        context.verdict.expectError(AgreedFailure.self, "values that are none", from: gather.check)
        return ""
      }
      try gather.check()
      guard let folder else { return "" }
      let model = try ModelFolder(path: folder.temporaryPath)
      context.verdict.expect(folder.files.count > 2, "there are several files")
      for (index, tensor) in collection.tensors.enumerated() {
        var found: [Float] = []
        for member in tensor.members { found += try model.tensor(member.name).elements }
        let wanted = values(index, tensor.count)
        context.verdict.expect(
          found == Array(UnsafeBufferPointer(start: wanted.base, count: tensor.count)), "\(tensor.name) is another")
      }
      let digest = try sha256(ofTensorsIn: model)
      context.verdict.expectEqual(gather.weightsSha256, digest, "digest")
      return digest
    }
  }
}

extension OutputFolder {
  /// The names of the weight files that are written so far.
  fileprivate var files: [String] {
    ((try? ModelFolder(path: temporaryPath).decidingFiles) ?? []).filter { $0.hasSuffix(".safetensors") }
  }
}
