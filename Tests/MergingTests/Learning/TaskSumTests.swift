import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct TaskSumTests {
  private let collection: Collection
  private let index: Int

  init() throws {
    collection = try Collection(opening: fixtureRequest(.adarank))
    index = collection.tensors.firstIndex { $0.name == "vision_model.encoder.layers.0.mlp.fc1.weight" }!
  }

  private var tensor: MergedTensor { collection.tensors[index] }

  /// A share of some groups of tasks, one task each, whose components are factored.
  private func share(_ groups: Range<Int>) throws -> OwnedShare {
    let origin = FloatStorage(count: tensor.count)
    try collection.read(tensor, task: nil, into: origin.base)
    var settings = LearningSettings()
    settings.mergeCoefficient = 0.4
    let owned = OwnedShare(
      ShardPlan.Share(tensor: index, groups: groups, tasks: groups, rank: 0), tensor: tensor, origin: origin,
      settings: settings, taskCount: 3)
    owned.components = try groups.map {
      SingularComponents(try SingularValueDecomposition(try taskVector($0).rounded, name: "task \($0)"))
    }
    return owned
  }

  private func taskVector(_ task: Int) throws -> ReferenceTensor {
    var (base, own) = (Tensor(zeros: [80, 32]), Tensor(zeros: [80, 32]))
    try base.withMutableMatrix { try collection.read(tensor, task: nil, into: $0.base) }
    try own.withMutableMatrix { try collection.read(tensor, task: task, into: $0.base) }
    return combine(ReferenceTensor(own), ReferenceTensor(base), -)
  }

  /// Keeps so many of each task's components, others for each task and seed.
  private func setMasks(_ owned: OwnedShare, kept: [Int], seed: UInt64 = 1) {
    var source = RandomSource(seed: seed)
    for (place, kept) in kept.enumerated() {
      let chosen = Set((0..<32).shuffled(using: &source).prefix(kept))
      owned.maskLogits[place] = AdamVector((0..<32).map { chosen.contains($0) ? 0.03 : -0.03 })
    }
  }

  private func sum(_ owned: OwnedShare) throws -> Tensor {
    let scratch = FloatStorage(count: TaskSum.scratchCount(tensor))
    var result = Tensor(zeros: [80, 32])
    result.elements = [Float](repeating: .nan, count: tensor.count)
    try result.withMutableMatrix { target in
      for rows in TaskSum.tiles(of: tensor) {
        try TaskSum(collection: collection).sum(
          owned, rows: rows, into: target[row: rows.lowerBound], scratch: scratch.base)
      }
    }
    return result
  }

  /// Σᵢ λ · Uᵢ diag(bᵢ ⊙ σᵢ) Vᵢᵀ, term by term.
  private func reference(_ owned: OwnedShare) -> ReferenceTensor {
    var result = ReferenceTensor(zeros: [80, 32])
    for (place, factors) in owned.components.enumerated() {
      for k in 0..<32 where owned.isKept(task: place, component: k) {
        for i in 0..<80 {
          for j in 0..<32 {
            result[i, j] +=
              owned.coefficients.values[place] * Double(factors.values[k]) * Double(factors.left[row: k][i])
              * Double(factors.right[row: k][j])
          }
        }
      }
    }
    return result
  }

  /// Few components are added up, of many the pruned ones are taken off: either gives the formula's sum.
  @Test(arguments: [[0, 0, 0], [3, 5, 1], [16, 17, 15], [30, 31, 29], [32, 32, 32], [0, 20, 32]])
  func keptAndPrunedPathsGiveTheFormula(kept: [Int]) throws {
    let owned = try share(0..<3)
    setMasks(owned, kept: kept)
    #expect(owned.maskLogits.indices.map { owned.keptCount(task: $0) } == kept)
    let scale = try (0..<3).map { try taskVector($0).elements.map(abs).max()! }.max()!
    #expect(mismatch(try sum(owned), reference(owned), tolerance: 1e-5, scale: scale, "sum") == nil)
  }

  @Test func theSumRemembersNothing() throws {
    let owned = try share(0..<3)
    setMasks(owned, kept: [20, 4, 11])
    let first = try sum(owned)
    for seed in UInt64(2)...4 {
      setMasks(owned, kept: [3, 30, 16], seed: seed)
      #expect(try sum(owned) != first)
    }
    setMasks(owned, kept: [20, 4, 11])
    #expect(try sum(owned) == first)
  }

  /// The tree over three tasks: the first, then the sum of the others.
  @Test func splittingTheTasksGivesTheSameBytes() throws {
    let whole = try share(0..<3)
    setMasks(whole, kept: [20, 4, 11])
    var parts: [Range<Int>: Tensor] = [:]
    for groups in [0..<1, 1..<3] {
      let part = try share(groups)
      for (place, task) in groups.enumerated() { part.maskLogits[place] = whole.maskLogits[task] }
      parts[groups] = try sum(part)
    }
    let together = zip(parts[0..<1]!.elements, parts[1..<3]!.elements).map(+)
    #expect(try sum(whole).elements == together)
  }

  @Test func innerProductIsThatWithTheTaskVector() throws {
    let owned = try share(0..<3)
    var source = RandomSource(seed: 5)
    let gradient = ReferenceTensor(random: [80, 32], &source)
    let scratch = FloatStorage(count: TaskSum.scratchCount(tensor))
    for task in 0..<3 {
      let got = try TaskSum(collection: collection).innerProduct(
        gradient.rounded.elements, owned, task: task, scratch: scratch.base)
      let wanted = gradient.dot(try taskVector(task))
      #expect(abs(got - wanted) < 1e-5 * gradient.norm)
    }
  }

  @Test func tilesAreTheRows() {
    let large = MergedTensor(
      name: "x", members: [MergedTensor.Member(name: "x", shape: [3_000, 1_000])], role: .masked, place: nil)
    for tensor in [tensor, large] {
      #expect(TaskSum.tiles(of: tensor).flatMap { Array($0) } == Array(0..<tensor.rows))
    }
    #expect(TaskSum.tiles(of: large).count == 3)
  }
}
