import Testing

@testable import Communication

@Suite struct TopologyTests {
  @Test func nodesAreNumberedByTheirLowestRanks() {
    let topology = Topology(nodeOfRank: [7, 3, 7, 9, 3, 3])
    #expect(topology.nodeOfRank == [0, 1, 0, 2, 1, 1])
    #expect(topology.nodeCount == 3)
    #expect(topology.ranksByNode == [[0, 2], [1, 4, 5], [3]])
  }

  @Test func aNodesRanksTakeTurns() {
    let topology = Topology(nodeOfRank: [7, 3, 7, 9, 3, 3])
    #expect((0..<5).map { topology.rank(onNode: 1, turn: $0) } == [1, 4, 5, 1, 4])
    #expect((0..<5).map { topology.rank(onNode: 2, turn: $0) } == [3, 3, 3, 3, 3])
  }

  @Test func oneNodeHasAllRanks() {
    #expect(Topology(oneNodeOf: 3) == Topology(nodeOfRank: [4, 4, 4]))
    #expect(Topology(oneNodeOf: 3).ranksByNode == [[0, 1, 2]])
    #expect(Topology(ranks: 5, nodes: 2).ranksByNode == [[0, 1, 2], [3, 4]])
    #expect(Topology(ranks: 4, nodes: 4).ranksByNode == [[0], [1], [2], [3]])
  }
}
