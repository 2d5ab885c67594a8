import Checkpoints
import Foundation
import Testing

@testable import SortNet

@Suite struct RankingModelFileTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func isReadAsItWasWritten() throws {
    let model = RankingModelTests.model(5)
    let path = "\(folder.path)/model.safetensors"
    try model.write(to: path, notes: ["measure": "map", "kind": "another"])
    #expect(try RankingModel(path: path) == model)
    let file = try SafetensorsFile(path: path)
    #expect(file.metadata == ["measure": "map", "kind": "sortnet comparator", "version": "1"])
    #expect(file["input.weight"]?.shape == [5, 2, 4])
    let other = RankingModelTests.model(2, seed: 3)
    try other.write(to: path)
    #expect(try RankingModel(path: path) == other)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
  }

  @Test func whatCannotBeWrittenLeavesNothing() throws {
    #expect(throws: CheckpointError.self) {
      try RankingModelTests.model().write(to: "\(folder.path)/none/model.safetensors")
    }
    let path = try folder.write("before", as: "folder")
    #expect(throws: CheckpointError.self) { try RankingModelTests.model().write(to: "\(path)/model.safetensors") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
  }

  /// A model's tensors, with some changed.
  private func write(
    metadata: [String: String] = ["kind": "sortnet comparator", "version": "1"],
    _ edit: (inout [String: (type: ElementType, shape: [Int], value: Double)]) -> Void
  ) throws -> String {
    var tensors: [String: (type: ElementType, shape: [Int], value: Double)] = [
      "input.weight": (.f64, [2, 2, 3], 0.5), "hidden.bias": (.f64, [3], 0), "output.weight": (.f64, [2, 3], 1),
      "output.bias": (.f64, [1], 0), "scaling.mean": (.f64, [2], 0), "scaling.factor": (.f64, [2], 1),
    ]
    edit(&tensors)
    let path = "\(folder.path)/changed.safetensors"
    try SafetensorsWriter.writeFile(
      path,
      tensors: tensors.map { name, tensor in
        let count = tensor.shape.reduce(1, *)
        let bytes =
          tensor.type == .f64
          ? [Double](repeating: tensor.value, count: count).withUnsafeBytes { Array($0) }
          : [UInt8](repeating: 0, count: count * tensor.type.byteWidth)
        return NamedTensor(name: name, elementType: tensor.type, shape: tensor.shape, bytes: bytes)
      }, metadata: metadata)
    return path
  }

  private func complaint(_ path: String) -> String {
    do {
      _ = try RankingModel(path: path)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func refusesWhatIsNoModel() throws {
    #expect(complaint(try write { _ in }) == "none")
    #expect(complaint("\(folder.path)/none").hasSuffix("No such file or directory"))
    #expect(complaint(try folder.write("no model", as: "text")).contains("is not a safetensors file"))
    #expect(complaint(try write(metadata: [:]) { _ in }).hasSuffix("is not a model that 'sortnet train' wrote"))
    #expect(
      complaint(try write(metadata: ["kind": "sortnet comparator", "version": "2"]) { _ in })
        .hasSuffix("is of version 2, which this program does not read; it reads version 1"))
    #expect(complaint(try write { $0["output.bias"] = nil }).contains("no tensor"))
    #expect(
      complaint(try write { $0["input.weight"]!.shape = [3, 2, 2] })
        .hasSuffix("tensor 'input.weight' is F64 [3, 2, 2], where F64 [2, 2, 3] is wanted"))
    #expect(complaint(try write { $0["hidden.bias"]!.type = .f32 }).contains("'hidden.bias' is F32 [3]"))
    #expect(complaint(try write { $0["hidden.bias"]!.shape = [3, 1] }).contains("where a vector is wanted"))
    #expect(complaint(try write { $0["scaling.mean"]!.shape = [0] }).contains("where a vector is wanted"))
    #expect(
      complaint(try write { $0["scaling.factor"]!.value = .infinity })
        .hasSuffix("tensor 'scaling.factor' has NaN or an infinity in it"))
  }
}
