import Testing

@testable import SortNet

@Suite struct FeatureScalingTests {
  private func scaled(_ scaling: FeatureScaling, _ data: RankingData) -> [[Double]] {
    (0..<data.count).map { document in
      [Double](unsafeUninitializedCapacity: scaling.means.count) { row, count in
        row.initialize(repeating: .nan)
        scaling.write(document, of: data, into: row.baseAddress!)
        count = scaling.means.count
      }
    }
  }

  private func data(_ rows: [[Float]]) -> RankingData {
    RankingData(
      featureCount: rows[0].count, features: rows.flatMap { $0 }, relevance: rows.map { _ in 0 },
      queries: [.init(name: "1", documents: 0..<rows.count)])
  }

  @Test func everyFeatureHasMeanZeroAndVarianceOne() {
    let data = data([
      [1, 1e6, 0.1], [2, -1e6, 0.1], [3, 5e5, 0.1], [10, 0, 0.1], [0, 0, 0.1], [0, 7, 0.1], [0, 0, 0.1],
    ])
    let rows = scaled(FeatureScaling(fitting: data), data)
    for feature in 0..<2 {
      let column = rows.map { $0[feature] }
      let (sum, squares) = column.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
      #expect(abs(sum) < 1e-12 && abs(squares - 7) < 1e-11)
    }
    // The mean of seven times 0.1 is not 0.1 to the last bit; what is constant is ignored all the same.
    #expect(rows.allSatisfy { $0[2] == 0 })
  }

  @Test func otherDocumentsAreScaledAlike() {
    let scaling = FeatureScaling(means: [1, 10], factors: [2, 0])
    #expect(scaled(scaling, data([[3, 7]])) == [[4, 0]])
    // Features that are not there are 0.
    #expect(scaled(FeatureScaling(means: [1, 10], factors: [2, 0.5]), data([[3]])) == [[4, -5]])
  }

  @Test func extremesStayFinite() {
    let large = Float.greatestFiniteMagnitude
    let data = data([[large, .leastNonzeroMagnitude], [-large, 0], [0, 0]])
    #expect(scaled(FeatureScaling(fitting: data), data).allSatisfy { $0.allSatisfy { $0.isFinite } })
  }
}
