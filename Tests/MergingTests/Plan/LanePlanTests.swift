import Communication
import Testing

@testable import Merging

@Suite struct LanePlanTests {
  @Test func lanesTileTheSamplesAndAreAlmostEqual() {
    for samples in 1...40 {
      for lanes in [1, 2, 3, 7, 8, 64] {
        let plan = LanePlan(samples: samples, laneCount: lanes, topology: Topology(oneNodeOf: 2))
        #expect(plan.lanes.count == min(lanes, samples))
        #expect(plan.lanes.flatMap { Array($0) } == Array(0..<samples))
        #expect(plan.lanes.map(\.count).max()! - plan.lanes.map(\.count).min()! <= 1)
      }
    }
  }

  @Test func lanesDoNotDependOnRanks() {
    let one = LanePlan(samples: 37, laneCount: 8, topology: Topology(oneNodeOf: 1))
    for ranks in 2...12 {
      #expect(LanePlan(samples: 37, laneCount: 8, topology: Topology(oneNodeOf: ranks)).lanes == one.lanes)
    }
  }

  @Test(arguments: [[0], [0, 0, 0], [0, 1, 0, 1], [0, 1, 1, 0, 2, 1], [2, 1, 0], [0, 0, 1, 1, 1, 2, 2, 2, 2]])
  func ranksOfANodeHaveLanesThatLieTogether(nodeOfRank: [Int]) {
    let topology = Topology(nodeOfRank: nodeOfRank)
    for lanes in 1...16 {
      let plan = LanePlan(samples: 64, laneCount: lanes, topology: topology)
      #expect(plan.lanesOfRank.flatMap { Array($0) }.sorted() == Array(0..<lanes))
      #expect(plan.lanesOfRank.map(\.count).max()! - plan.lanesOfRank.map(\.count).min()! <= 1)
      #expect(plan.lanesOfNode.flatMap { Array($0) } == Array(0..<lanes))
      for (node, ranks) in topology.ranksByNode.enumerated() {
        #expect(ranks.flatMap { Array(plan.lanesOfRank[$0]) } == Array(plan.lanesOfNode[node]))
        #expect(plan.pieces(ofNode: node).flatMap { Array($0) } == Array(plan.lanesOfNode[node]))
      }
      for rank in nodeOfRank.indices {
        let own = plan.lanesOfRank[rank].flatMap { Array(plan.lanes[$0]) }
        #expect(Array(plan.samples(ofRank: rank)) == own)
        #expect(plan.pieces(ofRank: rank).flatMap { Array($0) } == Array(plan.lanesOfRank[rank]))
      }
    }
  }

  /// The largest power of two up to 64 that leaves every lane 200 tokens.
  @Test(arguments: [
    (1, 50, 1), (8, 50, 2), (16, 50, 4), (128, 50, 32), (128, 257, 64), (10_000, 257, 64), (12, 10, 1), (40, 10, 2),
    (4, 1_000, 4), (3, 1_000, 2),
  ])
  func defaultCountFollowsTheTokens(samples: Int, tokens: Int, lanes: Int) {
    #expect(LanePlan.defaultLaneCount(samples: samples, tokensPerSample: tokens) == lanes)
  }
}
