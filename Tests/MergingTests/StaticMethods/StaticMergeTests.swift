import Checkpoints
import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

/// Against the golden values of an independent float64 implementation.
@Suite struct StaticMergeTests {
  private static let cases: [(file: String, method: MergeMethod, coefficient: Double, kept: Double)] = [
    ("static_average", .average, 1, 1), ("static_task_arithmetic_0.3", .taskArithmetic, 0.3, 1),
    ("static_cart_r0.16_l1.5", .cart, 1.5, 0.16), ("static_tsv_m_l1.0", .tsvM, 1, 1),
    ("static_iso_c_l1.1", .isoC, 1.1, 1), ("static_ties_k0.2_l0.7", .ties, 0.7, 1),
  ]

  @Test(arguments: ["clip", "openclip", "roberta", "bert", "gpt2"], 0..<6) func mergedTensorsAreTheGoldenOnes(
    family: String, number: Int
  ) throws {
    let (name, method, coefficient, kept) = Self.cases[number]
    var request = fixtureRequest(method, family: family)
    request.statics!.mergeCoefficient = coefficient
    request.statics!.keptFraction = kept
    let collection = try Collection(opening: request)
    let golden = try SafetensorsFile(path: Fixtures.path("\(family)/golden/\(name).safetensors"))
    var merge = StaticMerge(collection)
    if method == .ties { merge.trimThresholds = try merge.findTrimThresholds(collection) }
    var compared = 0
    for (index, tensor) in collection.tensors.enumerated() where golden[tensor.name] != nil {
      let values = try merge.merge(index)
      let got = Tensor(
        shape: tensor.members[0].shape, elements: Array(UnsafeBufferPointer(start: values.base, count: values.count)))
      let wanted = ReferenceTensor(try golden.tensor(tensor.name))
      #expect(mismatch(got, wanted, tolerance: 1e-5, tensor.name) == nil)
      compared += 1
    }
    #expect(compared == golden.entries.count)
  }

  /// Models' factors: those of task arithmetic multiply the task vectors, those of the average are weights.
  @Test func factorsOfModelsCount() throws {
    func merge(_ method: MergeMethod, _ weights: [Double]) throws -> [Float] {
      var request = fixtureRequest(method)
      for (index, weight) in weights.enumerated() { request.models[index].weight = weight }
      let values = try StaticMerge(try Collection(opening: request)).merge(0)
      return Array(UnsafeBufferPointer(start: values.base, count: values.count))
    }
    let single = try ModelFolder(path: fixtureRequest(.average).models[1].model)
      .tensor(try Collection(opening: fixtureRequest(.average)).tensors[0].name).elements
    for method in [MergeMethod.average, .taskArithmetic] {
      let got = try merge(method, [0, 1, 0])
      #expect(zip(got, single).allSatisfy { abs($0 - $1) < 1e-6 })
    }
    #expect(try merge(.average, [2, 2, 2]) == merge(.average, [1, 1, 1]))
  }

  /// Weights multiply first, then the sum is divided, then λ's late brother multiplies; `linear` has no base.
  @Test func sumsMayBeNormalizedAndMultiplied() throws {
    func merge(_ method: MergeMethod, _ change: (inout StaticSettings) -> Void) throws -> [Float] {
      var request = fixtureRequest(method)
      for (index, weight) in [0.5, 1.5, 0.25].enumerated() { request.models[index].weight = weight }
      change(&request.statics!)
      let values = try StaticMerge(try Collection(opening: request)).merge(0)
      return Array(UnsafeBufferPointer(start: values.base, count: values.count))
    }
    let collection = try Collection(opening: fixtureRequest(.average))
    let name = collection.tensors[0].name
    let base = try collection.base.tensor(name).elements
    let models = try collection.tasks.map { try $0.tensor(name).elements }
    func expected(_ combine: ([Float], Float) -> Float) -> [Float] {
      base.indices.map { place in combine(models.map { $0[place] }, base[place]) }
    }
    let weighted = { (values: [Float]) in 0.5 * values[0] + 1.5 * values[1] + 0.25 * values[2] }
    let fused = { (values: [Float]) in
      (0.5 * values[0]).addingProduct(1.5, values[1]).addingProduct(0.25, values[2])
    }
    #expect(try merge(.linear) { _ in } == expected { values, _ in fused(values) })
    #expect(try merge(.linear) { $0.normalizes = true } == expected { values, _ in fused(values) / 2.25 })
    #expect(
      try merge(.taskArithmetic) {
        $0.mergeCoefficient = 1
        $0.normalizes = true
        $0.lambda = 0.75
      } == expected { values, base in base + weighted(values.map { $0 - base }) / 2.25 * 0.75 })
  }

  /// A matrix of several stretches, the last of them shorter and of no whole piece.
  @Test(arguments: [MergeMethod.taskArithmetic, .average, .ties, .consensusTA])
  func largeMatricesAreReadStretchByStretch(_ method: MergeMethod) throws {
    let folder = try ScratchFolder()
    let (name, shape, count) = ("layers.0.weight", [333, 301], 333 * 301)
    func model(_ values: [Float], _ name: String) throws -> String {
      let tensor = Tensor(shape: shape, elements: values)
      return try folder.write([NamedTensor(name: "layers.0.weight", tensor: tensor)], as: "\(name)/model.safetensors")
    }
    func wave(_ phase: Int) -> [Float] { (0..<count).map { Float(($0 * 7 + phase * phase) % (31 + phase)) / 16 - 1 } }
    let (base, tuned) = (wave(0), [wave(1), wave(2), wave(3)])
    var request = MergeRequest(method: method, base: try model(base, "base"), models: [])
    request.statics!.mergeCoefficient = 0.5
    (request.statics!.density, request.statics!.maskThreshold) = (1, 0)
    request.models = try tuned.enumerated().map { index, values in
      ModelSource(model: try model(values, "\(index)"), task: "\(index)", head: "")
    }
    let collection = try Collection(opening: request)
    #expect(collection.tensors.map(\.name) == [name] && collection.tensors[0].role == .masked)
    var merge = StaticMerge(collection)
    if method == .ties { merge.trimThresholds = try merge.findTrimThresholds(collection) }
    var products: TaskVectorProducts? = TaskVectorProducts(tasks: 3)
    let merged = try merge.merge(0, products: &products)
    let vectors = tuned.map { zip($0, base).map { $0 - $1 } }
    for place in 0..<count where method != .ties {
      let wanted: Float =
        method == .average
        ? (tuned[0][place] + tuned[1][place] + tuned[2][place]) / 3
        : base[place] + 0.5 * (vectors[0][place] + vectors[1][place] + vectors[2][place])
      if abs(merged.base[place] - wanted) > 1e-5 {
        Issue.record("element \(place): \(merged.base[place]), wanted \(wanted)")
        break
      }
    }
    for i in 0..<3 {
      for j in 0..<3 {
        let wanted = zip(vectors[i], vectors[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let found = products![i, j]
        #expect(abs(found - wanted) <= 1e-6 * Double(count), "\(i), \(j): \(found), wanted \(wanted)")
      }
    }
  }
}
