import Checkpoints
import Crypto
import Foundation
import Glibc
import LinearAlgebra

/// Singular value decompositions on disk, for this run, which maps them instead of holding them in memory, and for later
/// ones, which need not factor again.
///
/// An entry is a safetensors file named by what was factored: the SHA-256 of the matrix, its shape and the library that
/// factored it. So it serves every recipe and method that comes to the same task vector, and never another one. Its data
/// carry a digest, which is compared before an entry is used: a file that a full disk or a crash has cut short is made
/// again. Processes may share a folder: entries appear by renaming, and one that is removed lives on where it is mapped.
package struct FactorCache: Equatable, Sendable {
  /// Where entries lie; made when the first one is written.
  package let folder: String
  /// How many bytes stay after a run; the entries that were used longest ago go first.
  package let limit: Int

  /// Free space that the cache leaves on its disk.
  static let reserve = 1 << 30
  private static let suffix = ".safetensors"

  package init(folder: String, limit: Int) {
    self.folder = folder
    self.limit = limit
  }

  /// The default folder: a person's own, under `TMPDIR`.
  package static var defaultFolder: String {
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    return "\(temporary)/adarank-\(getuid())"
  }

  /// The components of a matrix: from the cache where it has them, else factored now and kept for the next time.
  ///
  /// Where nothing can be written they stay in memory: a full disk ends no merge.
  ///
  /// - Parameter name: what the matrix is, for error messages and listings.
  /// - Throws: `FactorizationError`.
  package func components(of matrix: Tensor, name: String) throws -> SingularComponents {
    let path = "\(folder)/\(Self.key(matrix))\(Self.suffix)"
    if let found = open(path, shape: matrix.shape) { return found }
    let factors = try SingularValueDecomposition(matrix, name: name)
    return write(factors, to: path, name: name) ?? SingularComponents(factors)
  }

  /// What a matrix's entry is called.
  package static func key(_ matrix: Tensor) -> String {
    var hash = SHA256()
    hash.update(data: Data("factors 1, \(BLASKernel.configuration), \(BLASKernel.name), \(matrix.shape)".utf8))
    matrix.elements.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().hexadecimal
  }

  private static func digest(_ parts: [UnsafeRawBufferPointer]) -> String {
    var hash = SHA256()
    for part in parts { hash.update(bufferPointer: part) }
    return hash.finalize().hexadecimal
  }

  /// An entry whose data are whole, or nil.
  private func open(_ path: String, shape: [Int]) -> SingularComponents? {
    guard access(path, R_OK) == 0, let file = try? SafetensorsFile(path: path),
      let components = try? SingularComponents(mapped: file, shape: shape),
      file.metadata["sha256"] == (try? Self.digest(of: file))
    else { return nil }
    // The entry has been used now.
    utimensat(AT_FDCWD, path, nil, 0)
    return components
  }

  private static func digest(of file: SafetensorsFile) throws -> String {
    var hash = SHA256()
    for name in [SingularComponents.leftName, SingularComponents.valuesName, SingularComponents.rightName] {
      try file.withBytes(of: name) { hash.update(bufferPointer: $0) }
    }
    return hash.finalize().hexadecimal
  }

  /// Writes an entry and maps it; nil where that cannot be done.
  private func write(_ factors: SingularValueDecomposition, to path: String, name: String) -> SingularComponents? {
    let values = Tensor(shape: [factors.values.count], elements: factors.values)
    let bytes = 4 * (factors.left.count + values.count + factors.right.count)
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let disk = DiskSpace(of: folder)
    guard disk.available > bytes + Self.reserve, !disk.isMemory else { return nil }
    let digest = factors.left.elements.withUnsafeBytes { left in
      values.elements.withUnsafeBytes { values in
        factors.right.elements.withUnsafeBytes { right in Self.digest([left, values, right]) }
      }
    }
    do {
      try SafetensorsWriter.writeFile(
        path,
        tensors: [
          NamedTensor(name: SingularComponents.leftName, tensor: factors.left),
          NamedTensor(name: SingularComponents.valuesName, tensor: values),
          NamedTensor(name: SingularComponents.rightName, tensor: factors.right),
        ], metadata: ["of": name, "sha256": digest], waitsForDisk: false)
      return try SingularComponents(
        mapped: try SafetensorsFile(path: path), shape: [factors.left.columns, factors.right.columns])
    } catch {
      return nil
    }
  }

  // MARK: - Listing and cleaning

  /// One decomposition in the cache.
  package struct Entry: Equatable, Sendable {
    package let path: String
    package let bytes: Int
    /// Seconds since 1970.
    package let lastUse: Double
  }

  /// What is in the folder, the least recently used first.
  package func entries() -> [Entry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(Self.suffix) && !$0.hasPrefix(".") }.compactMap { name in
      var status = stat()
      let path = "\(folder)/\(name)"
      guard stat(path, &status) == 0 else { return nil }
      let seconds = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
      return Entry(path: path, bytes: Int(status.st_size), lastUse: seconds)
    }.sorted { ($0.lastUse, $0.path) < ($1.lastUse, $1.path) }
  }

  /// Removes the entries that were used longest ago, until what stays is at most `bytes`.
  ///
  /// - Returns: what was removed.
  @discardableResult
  package func shrink(to bytes: Int) -> [Entry] {
    let entries = entries()
    var excess = entries.reduce(0) { $0 + $1.bytes } - bytes
    var removed: [Entry] = []
    for entry in entries where excess > 0 {
      guard unlink(entry.path) == 0 else { continue }
      excess -= entry.bytes
      removed.append(entry)
    }
    return removed
  }

  /// Keeps the cache within its limit.
  package func shrink() { shrink(to: limit) }

  /// What an entry is the decomposition of, as it was named when it was made.
  package static func description(of entry: Entry) -> String {
    (try? SafetensorsFile(path: entry.path))?.metadata["of"] ?? "not readable"
  }
}

extension Collection {
  /// The components of a matrix, from the cache where the request has one.
  ///
  /// - Parameter name: what the matrix is, for error messages and listings.
  func components(of matrix: Tensor, name: String) throws -> SingularComponents {
    try request.cache?.components(of: matrix, name: name)
      ?? SingularComponents(try SingularValueDecomposition(matrix, name: name))
  }
}
