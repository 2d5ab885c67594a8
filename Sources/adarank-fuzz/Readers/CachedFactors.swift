import LinearAlgebra
import Merging

/// The factor cache, whose files lie where others may write too. Whatever an entry holds, the components are the matrix's.
struct CachedFactors: FuzzedReader {
  let name = "factors"
  /// What is not an entry is made again.
  let refusesWrongFiles = false

  private static let matrix = Tensor(shape: [4, 3], elements: (0..<12).map { Float($0 * $0 % 11) - 4 })

  private static func factors() throws -> SingularValueDecomposition {
    try SingularValueDecomposition(matrix, name: "m")
  }

  func seeds() throws -> [Seed] {
    let factors = try Self.factors()
    func bytes(_ floats: [Float]) -> [UInt8] { floats.flatMap { little($0.bitPattern) } }
    let parts = [bytes(factors.left.elements), bytes(factors.values), bytes(factors.right.elements)]
    let digest = sha256(parts)
    let tensors = [
      SafetensorsBuilder.Tensor("left", "F32", factors.left.shape, parts[0]),
      SafetensorsBuilder.Tensor("right", "F32", factors.right.shape, parts[2]),
      SafetensorsBuilder.Tensor("values", "F32", [factors.values.count], parts[1]),
    ]
    let file = SafetensorsBuilder.bytes(tensors, metadata: [("of", "m"), ("sha256", digest)])
    return [
      Seed(name: "entry", files: [SeedFile("\(FactorCache.key(Self.matrix)).safetensors", file, .safetensors)])
    ]
  }

  func read(_ folder: String) throws -> Digest {
    let cache = FactorCache(folder: folder, limit: .max)
    // What `adarank cache` lists; it changes when an entry is made again.
    for entry in cache.entries() { _ = FactorCache.description(of: entry) }
    let components = try cache.components(of: Self.matrix, name: "m")
    let wanted = SingularComponents(try Self.factors())
    guard components.values == wanted.values, Self.elements(components.left) == Self.elements(wanted.left),
      Self.elements(components.right) == Self.elements(wanted.right)
    else { throw Violation("the cache gave other components than the matrix has") }
    var digest = Digest()
    components.values.withUnsafeBytes { digest.add($0) }
    return digest
  }

  private static func elements(_ view: MatrixView) -> [[Float]] {
    (0..<view.rows).map { row in Array(UnsafeBufferPointer(start: view[row: row], count: view.columns)) }
  }
}
