import Checkpoints
import Crypto
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Merging

@Suite struct FactorCacheTests {
  private let scratch = try! ScratchFolder()
  private var cache: FactorCache { FactorCache(folder: scratch.path + "/cache", limit: 1_000_000) }

  private func matrix(_ seed: UInt64, rows: Int = 12, columns: Int = 7) -> Tensor {
    var source = RandomSource(seed: seed)
    return ReferenceTensor(random: [rows, columns], &source).rounded
  }

  private func bytes(_ components: SingularComponents) -> [[Float]] {
    [components.left, components.right].map { view in
      (0..<view.rows).flatMap { row in Array(UnsafeBufferPointer(start: view[row: row], count: view.columns)) }
    } + [components.values]
  }

  @Test func whatIsMappedIsWhatWasFactored() throws {
    let matrix = matrix(1)
    let wanted = bytes(SingularComponents(try SingularValueDecomposition(matrix, name: "x")))
    let before = OperationCounter.count
    #expect(bytes(try cache.components(of: matrix, name: "x")) == wanted)
    #expect(OperationCounter.count > before)
    #expect(cache.entries().count == 1)
    #expect(bytes(try cache.components(of: matrix, name: "under another name")) == wanted)
    #expect(cache.entries().count == 1)
    #expect(FactorCache.description(of: cache.entries()[0]) == "x")
  }

  @Test func everyMatrixHasAnEntryOfItsOwn() throws {
    let first = matrix(1)
    var other = first
    other.elements[5] += 1e-7
    let reshaped = Tensor(shape: [7, 12], elements: first.elements)
    for matrix in [first, other, reshaped] { _ = try cache.components(of: matrix, name: "x") }
    #expect(cache.entries().count == 3)
  }

  @Test(arguments: ["shorter", "changed", "not safetensors"]) func aDamagedEntryIsMadeAgain(damage: String) throws {
    let matrix = matrix(2)
    let wanted = bytes(try cache.components(of: matrix, name: "x"))
    let path = cache.entries()[0].path
    var content = try Data(contentsOf: URL(filePath: path))
    switch damage {
    case "shorter": content.removeLast(20)
    case "changed": content[content.count - 3] ^= 1
    default: content = Data("nothing".utf8)
    }
    // Another file under the name: the mapped one must stay as it is.
    try FileManager.default.removeItem(atPath: path)
    try content.write(to: URL(filePath: path))
    #expect(bytes(try cache.components(of: matrix, name: "x")) == wanted)
    #expect(try Data(contentsOf: URL(filePath: path)) != content)
  }

  /// Entries as anybody may write them into a folder of temporary files: a digest that is right, and tensors of another
  /// shape or type than the cache's own, some of which look beyond their data.
  @Test(arguments: [
    ("left", "F32", [7, 12]), ("left", "F32", []), ("left", "F32", [84]), ("left", "I32", [7, 12]),
    ("left", "F32", [0, 12]),
    ("right", "F32", [49, 1]), ("right", "U8", [7, 28]), ("values", "F32", [7, 1]), ("values", "F64", [7]),
  ])
  func anEntryOfAnotherShapeIsMadeAgain(tensor: String, type: String, shape: [Int]) throws {
    let matrix = matrix(2)
    let wanted = bytes(try cache.components(of: matrix, name: "x"))
    let path = cache.entries()[0].path
    let file = try SafetensorsFile(path: path)
    let elementType = try #require(ElementType(rawValue: type))
    let tensors = try file.entries.map { entry in
      var data = try file.withBytes(of: entry.name) { Array($0) }
      guard entry.name == tensor else {
        return NamedTensor(name: entry.name, elementType: .f32, shape: entry.shape, bytes: data)
      }
      data = Array(data.prefix(elementType.byteCount(shape: shape)!))
      data += [UInt8](repeating: 0, count: elementType.byteCount(shape: shape)! - data.count)
      return NamedTensor(name: tensor, elementType: elementType, shape: shape, bytes: data)
    }
    var hash = SHA256()
    for name in ["left", "values", "right"] { hash.update(data: tensors.first { $0.description.name == name }!.bytes) }
    try SafetensorsWriter.writeFile(
      path, tensors: tensors, metadata: ["of": "x", "sha256": hash.finalize().hexadecimal])
    #expect(bytes(try cache.components(of: matrix, name: "x")) == wanted)
  }

  @Test func aMatrixThatIsNotFiniteIsNamed() {
    var matrix = matrix(3)
    matrix.elements[8] = .nan
    #expect(throws: FactorizationError.notFinite(name: "x", row: 1, column: 1)) {
      try cache.components(of: matrix, name: "x")
    }
    #expect(cache.entries() == [])
  }

  @Test func whereNothingCanBeWrittenComponentsStayInMemory() throws {
    let blocked = scratch.path + "/file"
    try Data().write(to: URL(filePath: blocked))
    let cache = FactorCache(folder: blocked + "/cache", limit: 1_000)
    let matrix = matrix(4)
    let wanted = bytes(SingularComponents(try SingularValueDecomposition(matrix, name: "x")))
    #expect(bytes(try cache.components(of: matrix, name: "x")) == wanted)
    #expect(cache.entries() == [])
  }

  @Test func theLeastRecentlyUsedGoFirstAndMappedOnesLiveOn() throws {
    let matrices = (0..<4).map { matrix(UInt64(10 + $0)) }
    let components = try matrices.map { try cache.components(of: $0, name: "x") }
    let wanted = components.map(bytes)
    for (age, entry) in matrices.enumerated() {
      let path = "\(cache.folder)/\(FactorCache.key(entry)).safetensors"
      let date = Date(timeIntervalSince1970: 1_000_000 + Double(age))
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }
    // Using the first one makes it the youngest.
    _ = try cache.components(of: matrices[0], name: "x")
    let size = cache.entries()[0].bytes
    let removed = cache.shrink(to: 2 * size)
    #expect(removed.map(\.path) == [1, 2].map { "\(cache.folder)/\(FactorCache.key(matrices[$0])).safetensors" })
    #expect(cache.entries().count == 2)
    #expect(components.map(bytes) == wanted)
    cache.shrink(to: 0)
    #expect(cache.entries() == [])
  }
}
