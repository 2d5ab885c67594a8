import Crypto
import Foundation
import Glibc

/// A file's size and SHA-256, or those of a folder with everything in it.
package struct FileDigest: Equatable, Sendable {
  /// Of all files together.
  package private(set) var bytes = 0
  /// In lower-case hexadecimal; for a file what `sha256sum` says.
  package let sha256: String

  private static let pieceSize = 4 << 20

  package init(bytes: Int, sha256: String) {
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Reads a file from beginning to end; of a folder the names and digests of what lies in it, in the order of the names.
  ///
  /// - Throws: `CheckpointError` where something cannot be read.
  package init(of path: String) throws(CheckpointError) {
    var hash = SHA256()
    let kind = try FileKind(path: path)
    // A device may have no end.
    guard kind != .other else { throw .notARegularFile(path: path) }
    if kind == .folder {
      for name in try itemNames(in: path).sorted(by: { $0.precedesInBytes($1) }) where !name.hasPrefix(".") {
        let part = try FileDigest(of: "\(path)/\(name)")
        bytes += part.bytes
        hash.update(data: Data("\(part.sha256)  \(name)\n".utf8))
      }
    } else {
      bytes = try Self.read(path, into: &hash)
    }
    sha256 = hash.finalize().hexadecimal
  }

  private static func read(_ path: String, into hash: inout SHA256) throws(CheckpointError) -> Int {
    let descriptor = try systemCall("open it", path) { open(path, O_RDONLY | O_CLOEXEC) }
    defer { close(descriptor) }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 64)
    defer { piece.deallocate() }
    var total = 0
    while true {
      let count = try systemCall("read it", path) { Glibc.read(descriptor, piece.baseAddress!, piece.count) }
      guard count > 0 else { return total }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
      total += count
    }
  }
}
