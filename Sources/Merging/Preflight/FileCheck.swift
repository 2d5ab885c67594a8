import Communication
import Foundation
import Glibc

/// Whether every node has the same files: a node with its own disk may hold an older copy, or a half of one.
enum FileCheck {
  /// A file and its size, nil where there is none.
  struct File: Codable, Equatable {
    let path: String
    let bytes: Int?

    init(path: String) {
      var status = stat()
      self.path = path
      bytes = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }
  }

  /// The regular files that a merge reads.
  static func files(_ collection: Collection) -> [File] {
    let request = collection.request
    let weights = ([collection.base] + collection.tasks).flatMap { $0.files.map(\.path) }
    let others = request.models.flatMap { [$0.head] + request.inputPaths(of: $0) }
    var known: Set<String> = []
    return (weights + others).filter { known.insert($0).inserted }.map(File.init).filter { $0.bytes != nil }
  }

  /// What of a node's files is otherwise than on rank 0. Collective; each node's first rank looks.
  static func findings(_ collection: Collection, job: Job) throws -> [String] {
    let own = job.isCoordinator ? try JSONEncoder().encode(files(collection)) : Data()
    let wanted = try JSONDecoder().decode([File].self, from: Data(try job.world.broadcast(Array(own))))
    guard job.node.rank == 0, !job.isCoordinator else { return [] }
    return findings(wanted, here: wanted.map { File(path: $0.path) }, host: World.hostName)
  }

  static func findings(_ wanted: [File], here: [File], host: String) -> [String] {
    zip(wanted, here).filter { $0 != $1 }.map { wanted, own in
      let size = own.bytes.map { "has \($0) bytes" } ?? "is not there"
      return "\(wanted.path): \(size) on \(host), but \(wanted.bytes ?? 0) bytes on rank 0's node; give all nodes the "
        + "same files"
    }
  }
}
