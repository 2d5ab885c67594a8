import Foundation
import Merging
import SortNet
import Testing

@testable import Priors

@Suite struct ComponentFeaturesTests {
  let table = ComponentTable(
    tasks: ["a", "b"], origin: .taskArithmetic,
    matrices: [
      ComponentTable.Matrix(
        name: "layers.0.mlp.fc1.weight", rows: 4, columns: 2, singularValues: [[4, 2], [2, 0]],
        overlaps: [[0, 1], [3, 0]], pulls: [[4, -2], [0, 1]], isKept: [[true, false], [false, true]],
        coefficients: [1, 1]),
      ComponentTable.Matrix(
        name: "layers.2.self_attn.q_proj.weight", rows: 2, columns: 2, singularValues: [[1, 1], [1, 1]],
        overlaps: [[0, 0], [0, 0]], pulls: [[0, 0], [0, 0]], isKept: [[true, true], [true, true]],
        coefficients: [1, 1]),
    ])

  @Test func everyComponentHasItsNumbers() {
    let features = ComponentFeatures(table)
    #expect(features.values.count == 8 * ComponentFeatures.count)
    #expect(features.values.allSatisfy { $0.isFinite })
    func feature(_ name: String, _ component: Int) -> Float {
      features.values[component * ComponentFeatures.count + ComponentFeatures.names.firstIndex(of: name)!]
    }
    #expect((0..<3).map { feature("relative singular value", $0) } == [1, 0.5, 1])
    #expect(feature("its logarithm", 1) == -1)
    #expect((0..<2).map { feature("place", $0) } == [0, 1])
    // 16 of 20, of two components.
    #expect(abs(feature("energy share", 0) - log2(1.6)) < 1e-6)
    #expect(abs(feature("energy up to it", 0) - 0.8) < 1e-6)
    #expect((0..<3).map { feature("overlap", $0) } == [0, 1, 2])
    // 4 of 4 + 4, −2 of 2 + 2, nothing, and all where the component itself is 0.
    #expect((0..<4).map { feature("pull", $0) } == [0.5, -0.5, 0, 1])
    // 20 and 4, 12 in the mean.
    #expect(abs(feature("strength among tasks", 0) - log2(20.0 / 12)) < 1e-6)
    #expect([0, 4].map { feature("depth", $0) } == [0, 1])
    #expect(feature("tasks", 0) == 1)
    #expect([0, 4].map { feature("aspect", $0) } == [1, 0])
    #expect([0, 4].map { feature("expansion", $0) } == [1, 0])
    #expect([0, 4].map { feature("query", $0) } == [0, 1])
  }

  @Test func mergesAreQueriesAndOutcomesRelevance() {
    let data = RankingData([(table, [1]), (table, [0])])
    #expect(data.queries.map(\.documents) == [0..<4, 4..<8])
    #expect(data.relevance == [1, 1, 1, 1, 1, 0, 0, 1])
    #expect(
      data.features == ComponentFeatures(table, matrices: [1]).values + ComponentFeatures(table, matrices: [0]).values)
  }
}
