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
          let route = GradientRoute(tensor: owner + 5, owner: owner, lanes: plan, topology: topology)
          follow(route, owner: owner, plan, topology)
        }
      }
    }
  }

  private func follow(_ route: GradientRoute, owner: Int, _ plan: LanePlan, _ topology: Topology) {
    #expect(route.reducers[topology.nodeOfRank[owner]] == owner)
    var held = plan.lanesOfRank.map { Array($0) }
    for piece in route.withinNodes {
      #expect(topology.nodeOfRank[piece.from] == topology.nodeOfRank[piece.to])
      #expect(piece.from != piece.to)
      #expect(route.reducers[topology.nodeOfRank[piece.to]] == piece.to)
      #expect(Set(piece.lanes).isSubset(of: plan.lanesOfRank[piece.from]))
      held[piece.to] += Array(piece.lanes)
    }
    for piece in route.betweenNodes {
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
        let route = GradientRoute(tensor: 0, owner: owner, lanes: plan, topology: topology)
        #expect(route.betweenNodes.count == topology.nodeCount - 1)
        #expect(Set(route.betweenNodes.map(\.from)).count == topology.nodeCount - 1)
      }
    }
  }

  @Test func reducersTakeTurns() {
    let topology = Topology(nodeOfRank: [0, 1, 1, 1])
    let plan = LanePlan(samples: 8, laneCount: 8, topology: topology)
    let reducers = (0..<6).map {
      GradientRoute(tensor: $0, owner: 0, lanes: plan, topology: topology).reducers
    }
    #expect(reducers == [[0, 1], [0, 2], [0, 3], [0, 1], [0, 2], [0, 3]])
  }
}
