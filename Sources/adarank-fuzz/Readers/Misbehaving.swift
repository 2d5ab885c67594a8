import Glibc
import Merging

/// Readers that do what none may, for the fuzzer's own tests: it must notice. Each does it with every eighth file or so.
let misbehavingReaders: [any FuzzedReader] = [
  Misbehaving(name: "test-crash") { _ in fatalError("as it was meant to") },
  Misbehaving(name: "test-hang") { _ in while getpid() > 0 {} },
  Misbehaving(name: "test-memory") { _ in
    var memory = [UInt8](repeating: 1, count: 200 << 20)
    memory[0] = memory[1]
  },
  Misbehaving(name: "test-address-space") { _ in _ = [UInt8](repeating: 0, count: 1 << 40) },
  Misbehaving(name: "test-unsteady") { digest in digest.add(Int(Clock.seconds * 1e9)) },
  Misbehaving(name: "test-violation") { _ in throw Violation("as it was meant to be") },
  Misbehaving(name: "test-foreign-error") { _ in throw CancellationError() },
  Misbehaving(name: "test-leniency", isLenient: true) { _ in },
]

/// Reads a list of numbers in JSON, and misbehaves.
private struct Misbehaving: FuzzedReader {
  let name: String
  let isLenient: Bool
  let deed: @Sendable (inout Digest) throws -> Void

  init(name: String, isLenient: Bool = false, _ deed: @escaping @Sendable (inout Digest) throws -> Void) {
    self.name = name
    self.isLenient = isLenient
    self.deed = deed
  }

  func seeds() -> [Seed] {
    [Seed(name: "numbers", files: [SeedFile("numbers.json", "[1, 2, 3, 4, 5, 6, 7, 8]", .json)])]
  }

  func read(_ folder: String) throws -> Digest {
    var digest = Digest()
    let bytes = try FileBytes.read("\(folder)/numbers.json")
    bytes.withUnsafeBytes { digest.add($0) }
    if bytes.count % 8 == 3 { try deed(&digest) }
    guard isLenient || bytes.last == UInt8(ascii: "]") else { throw InputError(["not a list"]) }
    return digest
  }
}
