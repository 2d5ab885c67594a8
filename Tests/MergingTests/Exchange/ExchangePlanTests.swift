import Communication
import TestSupport
import Testing

@testable import Merging

/// All ranks' plans played through in one process: each rank's memory is an array, a message copies elements.
@Suite struct ExchangePlanTests {
  private let topologies = [
    [0], [0, 0], [0, 1], [0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1], [0, 1, 1, 0, 2, 1], [0, 1, 2, 3, 4],
  ]

  /// Two tensors with all owners that a rank can be beside, so that every way of splitting tasks comes up.
  private func stage(_ topology: Topology, _ lanes: LanePlan, first: Int) -> GradientStage {
    let ranks = topology.nodeOfRank.count
    var stage = GradientStage()
    for (tensor, count) in [(3, 5), (4, 2)] {
      let owners = (0..<min(ranks, 3)).map { (first + tensor + $0) % ranks }
      stage.append(
        tensor, count: count,
        route: GradientRoute(tensor: tensor, owners: owners, lanes: lanes, topology: topology))
    }
    return stage
  }

  /// What a lane gives for an element: with these numbers another order of adding gives another sum.
  private func term(_ lane: Int, _ element: Int) -> Float { Float(lane * lane + 1) * 0.1 + Float(element) * 1e-3 }

  private func treeSum(_ node: Range<Int>, _ element: Int) -> Float {
    guard let (lower, upper) = SumTree.children(of: node) else { return term(node.lowerBound, element) }
    return treeSum(lower, element) + treeSum(upper, element)
  }

  @Test func everyOwnerGetsTheTreesSum() throws {
    for labels in topologies {
      let topology = Topology(nodeOfRank: labels)
      for laneCount in [1, 2, 3, 4, 8, 13] {
        let lanes = LanePlan(samples: 64, laneCount: laneCount, topology: topology)
        for first in labels.indices {
          let stage = stage(topology, lanes, first: first)
          let plans = labels.indices.map { ExchangePlan(stage, rank: $0, lanes: lanes) }
          let memories = try play(plans, stage, lanes)
          for member in stage.tensors {
            let wanted = (0..<member.count).map { treeSum(lanes.tree.root, member.offset + $0) }
            let owners = [member.route.owner] + member.route.otherOwners
            for rank in labels.indices {
              let place = plans[rank].gradients[member.tensor]
              #expect((place != nil) == owners.contains(rank))
              if let place { #expect(Array(memories[rank][place]) == wanted, "\(labels), \(laneCount) lanes") }
            }
          }
        }
      }
    }
  }

  /// - Returns: each rank's memory in the end.
  private func play(_ plans: [ExchangePlan], _ stage: GradientStage, _ lanes: LanePlan) throws -> [[Float]] {
    var memories = plans.indices.map { rank in
      var memory = [Float](repeating: .nan, count: plans[rank].count)
      for (number, piece) in lanes.pieces(ofRank: rank).enumerated() {
        for element in 0..<stage.count { memory[number * stage.count + element] = treeSum(piece, element) }
      }
      return memory
    }
    for leg in GradientRoute.Leg.allCases.map(\.rawValue) {
      for rank in plans.indices { add(plans[rank].legs[leg].sums, in: &memories[rank]) }
      var sent: [[Int]: ArraySlice<Float>] = [:]
      for (rank, plan) in plans.enumerated() {
        for message in plan.legs[leg].sends {
          let former = sent.updateValue(memories[rank][message.elements], forKey: [rank, message.peer, message.tag])
          #expect(former == nil, "two messages of one tag")
        }
      }
      for (rank, plan) in plans.enumerated() {
        for message in plan.legs[leg].receives {
          let values = sent.removeValue(forKey: [message.peer, rank, message.tag])
          memories[rank].replaceSubrange(message.elements, with: try #require(values))
        }
      }
      #expect(sent.isEmpty, "messages that nobody receives")
    }
    return memories
  }

  private func add(_ sums: [SumTile], in memory: inout [Float]) {
    memory.withUnsafeMutableBufferPointer { memory in
      for tile in sums {
        var scratch = [Float](repeating: .nan, count: tile.scratchCount)
        scratch.withUnsafeMutableBufferPointer { scratch in
          // Without scratch nothing is written through the pointer.
          tile.add(in: memory.baseAddress!, scratch: scratch.baseAddress ?? memory.baseAddress!)
        }
      }
    }
  }

  /// Messages may be under way from the beginning to the end of a stage: what arrives, and what is put together, must not
  /// lie where anything else is sent from.
  @Test func noPlaceHasTwoUses() {
    for labels in topologies {
      let topology = Topology(nodeOfRank: labels)
      for laneCount in [1, 2, 3, 8, 13] {
        let lanes = LanePlan(samples: 64, laneCount: laneCount, topology: topology)
        for (first, rank) in labels.indices.flatMap({ first in labels.indices.map { (first, $0) } }) {
          let stage = stage(topology, lanes, first: first)
          let plan = ExchangePlan(stage, rank: rank, lanes: lanes)
          let own = [0..<lanes.pieces(ofRank: rank).count * stage.count]
          let arriving = plan.legs.flatMap(\.receives).map(\.elements)
          let together = plan.legs.flatMap(\.sums).map {
            $0.target + $0.elements.lowerBound..<$0.target + $0.elements.upperBound
          }
          let written = (own + arriving + together).filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
          #expect(zip(written, written.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }, "\(labels)")
          #expect(written.last?.upperBound ?? 0 == plan.count)
        }
      }
    }
  }

  @Test func longSumsAreCutIntoTiles() {
    let tiles = SumTile.tiles(0..<8, terms: [0..<4: 0, 4..<8: 200_000], target: 400_000, count: 200_000)
    #expect(tiles.map(\.elements.count) == [65_536, 65_536, 65_536, 3_392])
    #expect(tiles.last?.elements.upperBound == 200_000)
    #expect(tiles[0].scratchCount == 3 * 65_536)
    #expect(SumTile.tiles(0..<8, terms: [:], target: 0, count: 0).isEmpty)
  }
}
