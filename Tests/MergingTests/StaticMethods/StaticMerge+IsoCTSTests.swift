import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct IsoCTSTests {
  private func merged(_ method: MergeMethod, fraction: Double, index: Int) throws -> (Collection, [Float]) {
    var request = fixtureRequest(method)
    request.statics!.commonFraction = fraction
    let collection = try Collection(opening: request)
    let values = try StaticMerge(collection).merge(index)
    return (collection, Array(UnsafeBufferPointer(start: values.base, count: values.count)))
  }

  private func masked(_ collection: Collection) -> [Int] {
    collection.tensors.indices.filter { collection.tensors[$0].role == .masked }
  }

  /// τᵢ, or with no task θ₀.
  private func vector(_ collection: Collection, _ index: Int, task: Int?) throws -> Tensor {
    let tensor = collection.tensors[index]
    let (base, model) = (FloatStorage(count: tensor.count), FloatStorage(count: tensor.count))
    try collection.read(tensor, task: nil, into: base.base)
    try collection.read(tensor, task: task, into: model.base)
    return Tensor(
      shape: [tensor.rows, tensor.columns],
      elements: (0..<tensor.count).map { task == nil ? base.base[$0] : model.base[$0] - base.base[$0] })
  }

  /// With everything in common the method is Iso-C.
  @Test func allInCommonIsIsoC() throws {
    let collection = try Collection(opening: fixtureRequest(.isoC))
    for index in masked(collection).prefix(6) {
      let (_, own) = try merged(.isoCTS, fraction: 1, index: index)
      let (_, isotropic) = try merged(.isoC, fraction: 1, index: index)
      #expect(zip(own, isotropic).allSatisfy { abs($0 - $1) < 2e-5 })
    }
  }

  /// What is added has a flat spectrum: σ̄, as the definition gives it.
  @Test(arguments: [0.3, 0.8]) func theSpectrumIsFlatAndItsValueTheMean(fraction: Double) throws {
    let collection = try Collection(opening: fixtureRequest(.isoCTS))
    for index in masked(collection).prefix(6) {
      let tensor = collection.tensors[index]
      let tasks = collection.taskCount
      let r = tensor.componentCount
      let own = (r - Int(fraction * Double(r))) / tasks
      let common = r - own * tasks
      #expect(own > 0)
      let vectors = try (0..<tasks).map { try vector(collection, index, task: $0) }
      let sum = Tensor(
        shape: vectors[0].shape,
        elements: vectors[0].elements.indices.map { entry in vectors.reduce(0) { $0 + $1.elements[entry] } })
      let shared = try SingularValueDecomposition(sum, name: "sum")
      var values = shared.values.prefix(common).map { Double($0) }
      for vector in vectors {
        // Entry by entry: τ − Σₖ uₖ (uₖᵀ τ).
        var rest = vector.elements.map { Double($0) }
        for k in 0..<common {
          let u = shared.left.elements[k * tensor.rows..<(k + 1) * tensor.rows].map { Double($0) }
          for column in 0..<tensor.columns {
            let dot = (0..<tensor.rows).reduce(0.0) {
              $0 + u[$1] * Double(vector.elements[$1 * tensor.columns + column])
            }
            for row in 0..<tensor.rows { rest[row * tensor.columns + column] -= u[row] * dot }
          }
        }
        let outside = Tensor(shape: vector.shape, elements: rest.map { Float($0) })
        values += try SingularValueDecomposition(outside, name: "rest").values.prefix(own).map { Double($0) }
      }
      let mean = values.reduce(0, +) / Double(r)

      let (_, result) = try merged(.isoCTS, fraction: fraction, index: index)
      let base = try vector(collection, index, task: nil)
      let added = Tensor(shape: base.shape, elements: zip(result, base.elements).map { $0 - $1 })
      let spectrum = try SingularValueDecomposition(added, name: "added").values
      #expect(spectrum.allSatisfy { abs(Double($0) - mean) < 1e-3 * mean }, "\(tensor.name): \(mean)")
    }
  }
}
