import Checkpoints
import Foundation
import LinearAlgebra
import Testing

@testable import Merging

@Suite struct ComponentTableTests {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  static let matrix = ComponentTable.Matrix(
    name: "vision_model.encoder.layers.11.self_attn.q_proj.weight", rows: 3, columns: 2,
    singularValues: [[2, 0.5], [1, 0.25]], overlaps: [[0, 1.5], [0.5, 0.75]], pulls: [[-1, 0.125], [0, 3]],
    isKept: [[true, false], [false, true]], coefficients: [0.3, 0.4])
  static let other = ComponentTable.Matrix(
    name: "visual_projection.weight", rows: 3, columns: 1, singularValues: [[2], [1]], overlaps: [[0], [0.5]],
    pulls: [[-1], [0]], isKept: [[true], [false]], coefficients: [0.3, 0.4])
  static let table = ComponentTable(
    tasks: ["alpha", "beta"], origin: .taskArithmetic, matrices: [matrix, other])

  @Test(
    arguments: [
      ("vision_model.encoder.layers.11.self_attn.q_proj.weight", 11, "self_attn.q_proj"),
      ("visual.transformer.resblocks.3.mlp.c_fc.weight", 3, "mlp.c_fc"),
      ("h.0.attn.c_attn.weight", 0, "attn.c_attn"),
      ("visual_projection.weight", nil, "visual_projection"), ("visual.proj", nil, "visual.proj"),
    ] as [(String, Int?, String)])
  func namesSayBlockAndKind(name: String, block: Int?, kind: String) {
    let matrix = ComponentTable.Matrix(
      name: name, rows: 1, columns: 1, singularValues: [], overlaps: [], pulls: [], isKept: [], coefficients: [])
    #expect(matrix.block == block)
    #expect(matrix.kind == kind)
  }

  func write(_ change: (inout [NamedTensor], inout [String: String]) -> Void = { _, _ in }) throws -> String {
    var (tensors, metadata) = (Self.table.namedTensors, Self.table.metadata)
    change(&tensors, &metadata)
    let path = "\(folder.path)/\(ComponentTable.fileName)"
    try SafetensorsWriter.writeFile(path, tensors: tensors, metadata: metadata)
    return path
  }

  @Test func whatIsWrittenIsRead() throws {
    let path = try write()
    #expect(try ComponentTable(path: path) == Self.table)
    #expect(try ComponentTable(path: folder.path) == Self.table)
  }

  func findings(_ change: (inout [NamedTensor], inout [String: String]) -> Void) throws -> [String] {
    let path = try write(change)
    do {
      _ = try ComponentTable(path: path)
      return []
    } catch let error as InputError { return error.findings.map { $0.replacing(path, with: "FILE") } }
  }

  @Test func whatIsMissingOrWrongIsNamedTogether() throws {
    let found = try findings { tensors, _ in
      tensors.removeAll { $0.name == "kept.\(Self.matrix.name)" }
      tensors.replace("pull.\(Self.other.name)") { $0.with(.nan, at: 1) }
    }
    #expect(
      found == [
        "FILE: 'kept.\(Self.matrix.name)' is no tensor of uint8 [2, 2]",
        "FILE: 'pull.\(Self.other.name)' holds a NaN or an infinity",
      ])
  }

  @Test func sizesAndOverlapsAreNotNegative() throws {
    let found = try findings { tensors, _ in
      tensors.replace("singular_values.\(Self.matrix.name)") { $0.with(-1, at: 0) }
    }
    #expect(found == ["FILE: 'singular_values.\(Self.matrix.name)' holds a negative number"])
    #expect(
      try findings { tensors, _ in tensors.replace("overlap.\(Self.matrix.name)") { $0.with(-1, at: 0) } }
        == ["FILE: 'overlap.\(Self.matrix.name)' holds a negative number"])
  }

  @Test func otherFilesAreNoTables() throws {
    #expect(
      try findings { $1["tasks"] = nil } == ["FILE is no table of components: its metadata has no 'tasks'"])
    #expect(
      try findings { $1["origin"] = "moon" } == [
        "FILE is no table of components: it names no origin, or no task"
      ])
    #expect(
      try findings { $1["matrices"] = "[1]" } == ["FILE is no table of components: its metadata has no 'matrices'"])
    #expect(
      try findings { $1["matrices"]!.replace(/^\[(.*)\]$/) { "[\($0.1),\($0.1)]" } }
        == [Self.matrix, Self.other].map { "FILE has the matrix '\($0.name)' twice" })
    #expect(throws: InputError.self) { try ComponentTable(path: "\(folder.path)/nowhere") }
  }

  @Test func aTaskMoreThanTheTensorsHaveIsWrong() throws {
    let found = try findings { $1["tasks"] = "[\"a\",\"b\",\"c\"]" }
    #expect(found.count == 2)
    #expect(found[0] == "FILE: there is no tensor 'singular_values.\(Self.matrix.name)' of float32 for 3 tasks")
  }
}
