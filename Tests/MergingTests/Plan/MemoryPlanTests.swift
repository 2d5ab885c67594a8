import Communication
import TestSupport
import Testing
import Transformers

@testable import Merging

@Suite struct MemoryPlanTests {
  private func plan(
    ranks: Int = 1, rank: Int = 0, budget: Int? = nil, _ change: (inout MergeRequest) -> Void = { _ in }
  ) throws -> MemoryPlan {
    var request = fixtureRequest(.adarank)
    change(&request)
    let collection = try Collection(opening: request)
    let topology = Topology(oneNodeOf: ranks)
    let team = TeamPlan.teams(collection, topology: topology, exchange: .dense)[0]
    return MemoryPlan(collection, team: team, rank: rank, teams: 1, threads: 1, budget: budget)
  }

  @Test func whatIsPerTaskIsSharedOutAndWeightsAreNot() throws {
    let alone = try plan()
    let together = try (0..<2).map { try plan(ranks: 2, rank: $0) }
    #expect(together.map(\.weights) == [alone.weights, alone.weights])
    #expect(together.reduce(0) { $0 + $1.components } == alone.components)
    #expect(together.reduce(0) { $0 + $1.learning } == alone.learning)
    #expect(together.allSatisfy { $0.activations < alone.activations * 6 / 10 })
    #expect(alone.components > 0)
  }

  @Test func mappedComponentsAreNoPrivateMemory() throws {
    let held = try plan()
    let mapped = try plan { $0.cache = FactorCache(folder: "/nowhere", limit: 1) }
    #expect(!held.mapsComponents && mapped.mapsComponents)
    #expect(mapped.components == held.components)
    #expect(held.total - mapped.total == held.components)
  }

  @Test func onlyCoefficientsNeedNoComponents() throws {
    #expect(try plan { $0.learning!.learn = [.coefficients] }.components == 0)
  }

  @Test func headsThatAreLearntTakeMore() throws {
    // Of 5, 7 and 3 classes, on features of width 20; 3 tasks of 16 samples.
    let floats = 15 * 20
    let fixed = try plan()
    #expect(fixed.heads == floats * 4)
    let learnt = try plan { $0.learning!.learn = [.masks, .coefficients, .heads] }
    #expect(learnt.heads == (3 * floats + 48 * (20 + 7)) * 4 + floats * 24)
    // Of two ranks one owns two, at most the larger ones.
    let ofTwo = try plan(ranks: 2, rank: 1) { $0.learning!.learn = [.masks, .coefficients, .heads] }
    #expect(learnt.heads - ofTwo.heads == 3 * 20 * (4 + 24))
  }

  /// The fixture's tower has two blocks, of which none can be computed again; the plan says what it needs all the same.
  @Test func aBudgetThatCannotBeKeptLeavesThePlan() throws {
    let free = try plan()
    let bound = try plan(budget: 1)
    #expect(bound == free)
  }

  /// What comes before learning gives its memory back, so it counts only where it is more.
  @Test func aSearchCounts() throws {
    let plain = try plan()
    #expect(plain.search == 0 && plain.textTower == 0 && plain.peak == plain.total)
    let searching = try plan { $0.search = CoefficientGrid(around: 0.3) }
    // The base's tower, and the rank's tensors at both ends of the grid.
    #expect(searching.search > 3 * searching.weights)
    #expect(searching.total == plain.total && searching.peak == max(searching.total, searching.search))
    let shared = try plan(ranks: 4) { $0.search = CoefficientGrid(around: 0.3) }
    #expect(shared.search < searching.search && shared.search > shared.weights)
  }

  @Test func aTextTowerCounts() throws {
    let model = Fixtures.path("zeroshot/base")
    var source = ModelSource(model: model, task: "a", head: "")
    source.prompts = ClassPrompts(classes: ["a", "b"])
    let request = MergeRequest(method: .average, base: model, models: [source])
    let collection = try Collection(openingHeadersOf: request)
    let tower = try #require(collection.textTower)
    let weights = tower.encoder.layout.count * MemoryLayout<Float>.stride
    let (one, two) = (tower.byteCount(threads: 1) - weights, tower.byteCount(threads: 2) - weights)
    // Every worker has a pass of its own.
    #expect(one > 0 && abs(two - 2 * one) < one / 10)
  }
}
