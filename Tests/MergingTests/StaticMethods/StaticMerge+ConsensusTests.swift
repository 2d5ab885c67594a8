import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct ConsensusTests {
  /// The formula, entry by entry in double precision; entries that are decided by rounding are left out.
  @Test(arguments: [[1, 1, 1], [0.5, 2, 1]], [0, 0.4, 1.5])
  func entriesFollowTheFormula(weights: [Double], threshold: Double) throws {
    var request = fixtureRequest(.consensusTA)
    request.statics!.mergeCoefficient = 0.7
    request.statics!.maskThreshold = threshold
    for (task, weight) in weights.enumerated() { request.models[task].weight = weight }
    let collection = try Collection(opening: request)
    let merge = StaticMerge(collection)
    var kept = 0
    var compared = 0
    var worst = 0.0
    for (index, tensor) in collection.tensors.enumerated() {
      let values = try ([nil] + (0..<collection.taskCount).map { $0 }).map { task in
        let storage = FloatStorage(count: tensor.count)
        try collection.read(tensor, task: task, into: storage.base)
        return (0..<tensor.count).map { Double(storage.base[$0]) }
      }
      let merged = try merge.merge(index)
      for entry in 0..<tensor.count {
        let vectors = weights.indices.map { weights[$0] * (values[$0 + 1][entry] - values[0][entry]) }
        let sum = vectors.reduce(0, +)
        let margins = vectors.map { abs($0) - threshold * abs(sum - $0) }
        guard threshold == 0 || margins.allSatisfy({ abs($0) > 1e-6 }) else { continue }
        let isWanted = margins.count { $0 >= 0 } >= 2
        let wanted = values[0][entry] + (isWanted ? 0.7 * sum : 0)
        worst = max(worst, abs(Double(merged.base[entry]) - wanted))
        kept += isWanted ? 1 : 0
        compared += 1
      }
    }
    #expect(worst < 1e-5)
    #expect(compared > 1_000)
    // A threshold of nought keeps everything; others keep some.
    #expect(threshold == 0 ? kept == compared : (1..<compared).contains(kept))
  }
}
