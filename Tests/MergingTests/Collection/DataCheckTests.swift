import Checkpoints
import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct DataCheckTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func weightFindings(_ request: MergeRequest, ranks: Int = 1) throws -> [[String]] {
    let collection = try Collection(opening: request)
    let plan = ShardPlan(
      tensors: collection.tensors, tasks: 3, laneLoads: [Double](repeating: 0, count: ranks),
      cost: .learning(steps: 10))
    let pool = WorkerPool(threads: 2)
    return try (0..<ranks).map { try DataCheck.weights(collection, plan: plan, rank: $0, pool: pool) }
  }

  @Test func fixturesAreSound() throws {
    let request = fixtureRequest(.adarank, evaluates: true)
    #expect(try weightFindings(request) == [[]])
    #expect(DataCheck.inputs(try Collection(opening: request)) == [])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aWeightIsNamedWithItsFile(value: Float) throws {
    var request = fixtureRequest(.adarank)
    let name = "vision_model.encoder.layers.1.mlp.fc2.weight"
    let file = try scratch.copy("\(request.models[2].model)/model.safetensors", as: "gamma/model.safetensors") {
      $0.replace(name) { $0.with(value, at: 1_234) }
    }
    request.models[2].model = "\(scratch.path)/gamma"
    let finding = "model gamma (\(file)): tensor \(name) holds a NaN or an infinity at element 1234"
    #expect(try weightFindings(request) == [[finding]])
    // Just the owner finds it.
    #expect(try weightFindings(request, ranks: 5).flatMap { $0 } == [finding])
  }

  @Test func aWeightOfTheBaseIsFoundOnce() throws {
    var request = fixtureRequest(.adarank)
    let name = "vision_model.post_layernorm.bias"
    let file = try scratch.copy("\(request.base)/model.safetensors", as: "base/model.safetensors") {
      $0.replace(name) { $0.with(.nan, at: 31) }
    }
    let fixture = try ModelFolder(path: request.base)
    _ = try scratch.write(String(decoding: fixture.configuration!, as: UTF8.self), as: "base/config.json")
    request.base = "\(scratch.path)/base"
    #expect(
      try weightFindings(request, ranks: 4).flatMap { $0 } == [
        "the base (\(file)): tensor \(name) holds a NaN or an infinity at element 31"
      ])
  }

  @Test func headsInputsAndLabels() throws {
    var request = fixtureRequest(.adarank, evaluates: true)
    let heads = try ["weight", "bias"].enumerated().map { index, name in
      try scratch.copy(request.models[index].head, as: "head\(index).safetensors") {
        $0.replace(name) { $0.with(.nan, at: 0) }
      }
    }
    (request.models[0].head, request.models[1].head) = (heads[0], heads[1])
    let inputs = try scratch.copy(request.models[2].adapt!, as: "inputs.safetensors") {
      $0.replace("pixel_values") { $0.with(.infinity, at: 3 * 24 * 24 * 5) }
    }
    request.models[2].adapt = inputs
    request.models[2].evaluate = nil
    #expect(
      DataCheck.inputs(try Collection(opening: request)) == [
        "\(heads[0]): 'weight' holds a NaN or an infinity", "\(heads[1]): 'bias' holds a NaN or an infinity",
        "\(inputs): picture 5 of 'pixel_values' holds a NaN or an infinity",
      ])
  }

  /// A head that only goes into the output is looked at too, and one that is not there is not missed.
  @Test func headsThatNothingIsComputedWith() throws {
    var request = fixtureRequest(.average)
    request.models[0].head = try scratch.copy(request.models[0].head, as: "head.safetensors") {
      $0.replace("weight") { $0.with(.nan, at: 0) }
    }
    request.models[1].head = "\(scratch.path)/nowhere.safetensors"
    #expect(
      DataCheck.inputs(try Collection(opening: request)) == [
        "\(request.models[0].head): 'weight' holds a NaN or an infinity"
      ])
  }

  @Test(arguments: [(Int64(3), 3), (-1, -1)]) func labelsOutsideTheClasses(label: Int64, shown: Int) throws {
    var request = fixtureRequest(.average, evaluates: true)
    let labels = [Int64](repeating: 0, count: 23) + [label]
    let inputs = try scratch.copy(request.models[2].evaluate!, as: "inputs.safetensors") {
      $0.replace("labels") { _ in NamedTensor(name: "labels", integers: labels, shape: [24]) }
    }
    request.models[2].evaluate = inputs
    #expect(
      throws: InputError(["\(inputs): label 23 is \(shown), but the head has 3 classes (0 to 2)"])
    ) { try Collection(opening: request) }
  }
}
