import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

extension StaticMerge {
  /// The thresholds as one rank finds them.
  func findTrimThresholds(_ collection: Collection) throws -> [Float] {
    try findTrimThresholds(own: Array(collection.tensors.indices), pool: WorkerPool(threads: 2)) { $0 }
  }
}

@Suite struct TiesTests {
  /// What a task's vector consists of, all tensors that are merged one behind the other.
  private func taskVector(_ collection: Collection, task: Int) throws -> [Float] {
    try collection.tensors.filter { $0.role != .frozen }.flatMap { tensor in
      let (base, model) = (FloatStorage(count: tensor.count), FloatStorage(count: tensor.count))
      try collection.read(tensor, task: nil, into: base.base)
      try collection.read(tensor, task: task, into: model.base)
      return (0..<tensor.count).map { model.base[$0] - base.base[$0] }
    }
  }

  /// The k-th largest magnitude of a sorted list, whatever k is.
  @Test(arguments: [1e-4, 0.01, 0.2, 0.5, 0.999, 1]) func thresholdsAreThoseOfSorting(density: Double) throws {
    var request = fixtureRequest(.ties)
    request.statics!.density = density
    request.roles.frozen = ["layers.0.mlp"]
    let collection = try Collection(opening: request)
    let found = try StaticMerge(collection).findTrimThresholds(collection)
    for task in 0..<collection.taskCount {
      let sorted = try taskVector(collection, task: task).map(abs).sorted(by: >)
      let kept = Int(density * Double(sorted.count))
      #expect(found[task] == (kept == 0 ? .infinity : sorted[kept - 1]))
    }
  }

  /// Counts of several readers add up to those of one.
  @Test func readersShareTheCounting() throws {
    let collection = try Collection(opening: fixtureRequest(.ties))
    let merge = StaticMerge(collection)
    let halves = [0, 1].map { half in collection.tensors.indices.filter { $0 % 2 == half } }
    let pool = WorkerPool(threads: 1)
    // The other reader's counts, in the order of the two readings.
    var others: [[Int]] = []
    let first = try merge.findTrimThresholds(own: Array(collection.tensors.indices), pool: pool) {
      others.append($0)
      return $0
    }
    var reading = 0
    let second = try merge.findTrimThresholds(own: halves[0], pool: pool) { counts in
      defer { reading += 1 }
      #expect(zip(counts, others[reading]).allSatisfy { $0 <= $1 })
      return others[reading]
    }
    #expect(second == first)
  }

  @Test func nothingIsKeptOfNothing() throws {
    var request = fixtureRequest(.ties)
    request.statics!.density = 0
    let collection = try Collection(opening: request)
    var merge = StaticMerge(collection)
    merge.trimThresholds = try merge.findTrimThresholds(collection)
    let base = FloatStorage(count: collection.tensors[0].count)
    try collection.read(collection.tensors[0], task: nil, into: base.base)
    let merged = try merge.merge(0)
    #expect((0..<base.count).allSatisfy { merged.base[$0] == base.base[$0] })
  }
}
