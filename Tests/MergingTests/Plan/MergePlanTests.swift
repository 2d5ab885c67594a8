import Communication
import Testing

@testable import Merging

@Suite struct MergePlanTests {
  private func plan(
    ranks: Int, nodes: Int, _ change: (inout MergeRequest) -> Void = { _ in }
  ) throws -> MergePlan {
    var request = fixtureRequest(.adarank)
    change(&request)
    return MergePlan(
      try Collection(opening: request), topology: Topology(ranks: ranks, nodes: nodes), threads: 1, memory: nil)
  }

  @Test func oneNodeExchangesDensely() throws {
    let plan = try plan(ranks: 4, nodes: 1) { $0.learning!.exchange = .components }
    #expect(plan.step?.exchange == .dense)
    #expect(plan.perRank.map(\.node) == [0, 0, 0, 0])
    #expect(plan.perRank.allSatisfy { $0.traffic?.products == 0 })
  }

  @Test func aLoneRankSendsNothing() throws {
    #expect(try plan(ranks: 1, nodes: 1).perRank[0].traffic?.total == 0)
  }

  @Test func inTheComponentsExchangeEveryNodeOwnsEverything() throws {
    let alone = try plan(ranks: 1, nodes: 1)
    let plan = try plan(ranks: 4, nodes: 2) { $0.learning!.exchange = .components }
    #expect(plan.step?.exchange == .components)
    for node in 0..<2 {
      let ranks = plan.perRank.filter { $0.node == node }
      #expect(ranks.reduce(0) { $0 + ($1.memory?.components ?? 0) } == alone.perRank[0].memory?.components)
      #expect(ranks.reduce(0) { $0 + $1.samples } == alone.perRank[0].samples / 2)
      // To the one other node, four bytes for each component and for each scaled tensor and task.
      let scaled = alone.tasks * alone.scaled
      #expect(ranks.reduce(0) { $0 + ($1.traffic?.products ?? 0) } == 4 * (alone.components + scaled))
    }
  }

  @Test func inTheDenseExchangeComponentsAreThereOnce() throws {
    let alone = try plan(ranks: 1, nodes: 1)
    let plan = try plan(ranks: 4, nodes: 2) { $0.learning!.exchange = .dense }
    #expect(plan.perRank.reduce(0) { $0 + ($1.memory?.components ?? 0) } == alone.perRank[0].memory?.components)
    #expect(plan.perRank.allSatisfy { $0.traffic!.products == 0 })
    #expect(plan.perRank.reduce(0) { $0 + $1.traffic!.weights } > 0)
  }

  private func exchange(network: Double, learn: Set<Learnable> = [.masks, .coefficients], caches: Bool = true) throws
    -> Exchange?
  {
    try plan(ranks: 2, nodes: 2) {
      $0.learning!.network = network
      $0.learning!.learn = learn
      if caches { $0.cache = FactorCache(folder: "/nowhere", limit: 1) }
    }.step?.exchange
  }

  /// A faster network favours the exchange that sends more and computes less.
  @Test func theNetworkChoosesTheExchange() throws {
    #expect(try exchange(network: 0.001) == .components)
    #expect(try exchange(network: 1e9) == .dense)
    #expect(try exchange(network: 1e9, learn: [.coefficients]) == .dense)
  }

  @Test func factorsInMemoryAreThereOnce() throws { #expect(try exchange(network: 0.001, caches: false) == .dense) }

  @Test func nodesWithoutLanesExchangeDensely() throws {
    let collection = { (lanes: Int, exchange: Exchange?) in
      var request = fixtureRequest(.adarank)
      request.learning!.lanes = lanes
      request.learning!.exchange = exchange
      return try Collection(opening: request)
    }
    let topology = Topology(ranks: 4, nodes: 4)
    #expect(TeamPlan.exchange(try collection(2, .components), topology: topology) == .dense)
    #expect(
      TeamPlan.note(try collection(2, .components), topology: topology)
        == "2 lanes do not reach all of 4 nodes, so they exchange densely")
    #expect(TeamPlan.note(try collection(4, .components), topology: topology)?.contains("4 nodes only") == true)
    #expect(TeamPlan.note(try collection(4, .dense), topology: topology) == nil)
  }
}
