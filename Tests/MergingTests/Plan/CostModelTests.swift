import Testing

@testable import Merging

@Suite struct CostModelTests {
  private let model = CostModel(laneRate: 1e9, ownerRate: 2e9, latency: 1e-5, bandwidth: 1e9)
  private let work = CostModel.Work(
    samples: 32, laneCount: 8, operationsPerSample: 1e9, ownerOperations: [1e9, 1e9, 2e9, 2e9], tasks: 4,
    elements: 250_000_000, components: 1_000)

  @Test func oneRankDoesEverything() {
    // 32 samples at one second each, and 4 tasks of 6 Gflop at two a second.
    #expect(model.seconds(work, nodes: 1, ranksPerNode: 1, exchange: .dense) == 32 + 12)
  }

  @Test func ranksOfANodeShareBoth() {
    #expect(model.seconds(work, nodes: 1, ranksPerNode: 2, exchange: .dense) == 16 + 6)
    // Three ranks cannot share eight lanes: one has three.
    #expect(model.seconds(work, nodes: 1, ranksPerNode: 3, exchange: .dense) == 12 + 4)
  }

  @Test func denseHidesItsTrafficBehindComputation() {
    let fast = model.seconds(work, nodes: 2, ranksPerNode: 1, exchange: .dense)
    #expect(fast > 22 && fast < 22.01)
    var slow = model
    slow.bandwidth = 1e7
    // 2 · 0.5 GB at 10 MB/s, of which two thirds of 16 s and 6 s are hidden.
    let seconds = slow.seconds(work, nodes: 2, ranksPerNode: 1, exchange: .dense)
    #expect(abs(seconds - (22 + 100 - 16 * 2 / 3.0 - 6)) < 0.01)
  }

  @Test func componentsNeedNoNetworkAndRepeatTheOwnersWork() {
    var slow = model
    slow.bandwidth = 1e7
    let seconds = slow.seconds(work, nodes: 2, ranksPerNode: 1, exchange: .components)
    #expect(seconds > 16 + 12 && seconds < 16 + 12.01)
  }

  @Test func tasksOfALargeMatrixAreSplit() {
    #expect(CostModel.largestShare([4], tasks: 8, ranks: 4) == 8)
    #expect(CostModel.largestShare([4], tasks: 8, ranks: 8) == 8)
    #expect(CostModel.largestShare([4], tasks: 1, ranks: 8) == 4)
  }
}
