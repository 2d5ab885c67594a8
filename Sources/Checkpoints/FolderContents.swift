import Foundation
import Glibc

/// The regular files at the top level of a folder, symbolic links followed.
package struct FolderContents: Sendable {
  /// A companion file, or one that is read whole, must not be larger, in bytes: no vocabulary is.
  static let maximumCompanionSize = 64 << 20

  let path: String
  /// Whether the folder holds nothing at all, not even other folders.
  let isEmpty: Bool
  private let names: Set<String>
  private let sizes: [String: Int]

  /// A folder without files.
  init() {
    path = ""
    isEmpty = true
    names = []
    sizes = [:]
  }

  package init(path: String) throws(CheckpointError) {
    self.path = path
    let names = try itemNames(in: path)
    var sizes: [String: Int] = [:]
    for name in names {
      var status = stat()
      // What is gone meanwhile, or a link to nothing, is not a file of the folder.
      guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      sizes[name] = Int(status.st_size)
    }
    isEmpty = names.isEmpty
    self.names = Set(names)
    self.sizes = sizes
  }

  package func holds(_ name: String) -> Bool { sizes[name] != nil }

  /// The bytes of a file.
  ///
  /// - Returns: nil where the folder has nothing of this name.
  /// - Throws: `CheckpointError` where what has the name is no regular file that can be read, or too large.
  package func bytes(of name: String) throws(CheckpointError) -> [UInt8]? {
    guard names.contains(name) else { return nil }
    let file = try MappedFile(path: "\(path)/\(name)")
    guard file.count <= Self.maximumCompanionSize else {
      throw .system(path: file.path, attempt: "read it", code: EFBIG)
    }
    return file.withBytes { Array($0) }
  }

  /// The bytes of a JSON file.
  ///
  /// - Throws: `CheckpointError` where it cannot be read, or readers of JSON might take very long for it.
  func data(of name: String) throws(CheckpointError) -> Data {
    let file = try MappedFile(path: "\(path)/\(name)")
    return try file.withBytes { (bytes) throws(CheckpointError) -> Data in
      if let excess = StackedMarks.firstExcess(in: bytes, escapes: true) {
        throw CheckpointError.stackedMarks(path: file.path, offset: excess)
      }
      return Data(bytes)
    }
  }

  /// The files that go along with the weights, by the bytes of their names: JSON, text and tokenizer models,
  /// but no index of weights, no report of an earlier merge, and nothing hidden.
  func companions(without configuration: String?) -> [String] {
    let names = sizes.filter { name, size in
      [".json", ".txt", ".model"].contains(where: name.hasSuffix)
        && !name.hasPrefix(".") && !name.hasSuffix(".index.json")
        && name != configuration && name != "report.json"
        && size <= Self.maximumCompanionSize
    }
    return names.keys.sorted { $0.precedesInBytes($1) }
  }
}
