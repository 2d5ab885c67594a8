import Communication
import Testing

@testable import Merging

@Suite struct GradientRouteTests {
  private let topologies = [
    [0], [0, 0, 0], [0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [0, 1, 1, 0, 2, 1], [0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 2],
  ]

  /// Follows all pieces to the owner: together with its own lanes they are all lanes, each once.
  @Test func everyLaneArrivesOnce() {
    for labels in topologies {
      let topology = Topology(nodeOfRank: labels)
      for lanes in [1, 3, 4, 8, 13] {
        let plan = LanePlan(samples: 64, laneCount: lanes, topology: topology)
        for owner in labels.indices {
          let route = GradientRoute(tensor: owner + 5, owners: [owner], lanes: plan, topology: topology)
          follow(route, owner: owner, plan, topology)
        }
      }
    }
  }

  private func follow(_ route: GradientRoute, owner: Int, _ plan: LanePlan, _ topology: Topology) {
    #expect(route.reducers[topology.nodeOfRank[owner]] == owner)
    var held = plan.lanesOfRank.map { Array($0) }
    for piece in route.pieces(on: .withinNodes) {
      #expect(topology.nodeOfRank[piece.from] == topology.nodeOfRank[piece.to])
      #expect(piece.from != piece.to)
      #expect(route.reducers[topology.nodeOfRank[piece.to]] == piece.to)
      #expect(Set(piece.lanes).isSubset(of: plan.lanesOfRank[piece.from]))
      held[piece.to] += Array(piece.lanes)
    }
    for piece in route.pieces(on: .betweenNodes) {
      #expect(piece.to == owner)
      #expect(topology.nodeOfRank[piece.from] != topology.nodeOfRank[owner])
      #expect(Set(piece.lanes).isSubset(of: held[piece.from]), "the reducer lacks a lane")
      held[owner] += Array(piece.lanes)
    }
    #expect(held[owner].sorted() == Array(0..<plan.lanes.count))
  }

  /// Where a node's lanes are a node of the tree, one sum leaves it.
  @Test func oneSumLeavesANodeThatIsAligned() {
    for labels in [[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 3]] {
      let topology = Topology(nodeOfRank: labels)
      let plan = LanePlan(samples: 64, laneCount: 16, topology: topology)
      for owner in labels.indices {
        let route = GradientRoute(tensor: 0, owners: [owner], lanes: plan, topology: topology)
        let pieces = route.pieces(on: .betweenNodes)
        #expect(pieces.count == topology.nodeCount - 1)
        #expect(Set(pieces.map(\.from)).count == topology.nodeCount - 1)
      }
    }
  }

  /// The whole goes back to each other owner, but not to one that has sent it: its own sum, or its node's.
  @Test func theWholeGoesToThoseWhoLackIt() {
    func receivers(_ labels: [Int], lanes: Int, owners: [Int]) -> [Int] {
      let topology = Topology(nodeOfRank: labels)
      let plan = LanePlan(samples: 8, laneCount: lanes, topology: topology)
      let pieces = GradientRoute(tensor: 0, owners: owners, lanes: plan, topology: topology)
        .pieces(on: .toOtherOwners)
      #expect(pieces.allSatisfy { $0.from == owners[0] && $0.lanes == plan.tree.root })
      return pieces.map(\.to)
    }
    #expect(receivers([0, 0, 0, 0], lanes: 8, owners: [2, 1, 0]) == [1, 0])
    // The last rank has the only lane.
    #expect(receivers([0, 0, 0, 0], lanes: 1, owners: [0, 1, 3]) == [1])
    #expect(receivers([0, 0, 0, 0], lanes: 1, owners: [3, 1, 0]) == [1, 0])
    // Its node's reducer sends it on.
    #expect(receivers([0, 0, 1, 1], lanes: 1, owners: [0, 2, 3]) == [])
    // The last node has both lanes, and its reducer adds them up.
    #expect(receivers([0, 1, 1], lanes: 2, owners: [0, 1, 2]) == [2])
    // Each node has one of two lanes.
    #expect(receivers([0, 0, 0, 0, 1, 1, 1, 1], lanes: 2, owners: [0, 4, 5]) == [4, 5])
  }

  @Test func reducersTakeTurns() {
    let topology = Topology(nodeOfRank: [0, 1, 1, 1])
    let plan = LanePlan(samples: 8, laneCount: 8, topology: topology)
    let reducers = (0..<6).map {
      GradientRoute(tensor: $0, owners: [0], lanes: plan, topology: topology).reducers
    }
    #expect(reducers == [[0, 1], [0, 2], [0, 3], [0, 1], [0, 2], [0, 3]])
  }
}
