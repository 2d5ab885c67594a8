import Checkpoints
import Communication
import Foundation
import Synchronization

/// A file that a merge is made from, or a folder of pictures, as the report names it.
package struct InputFile: Codable, Equatable, Sendable {
  /// What it is for: `base`, `initial state`, `kept ranks`, or the task and `model`, `head`, `adapt` or `evaluate`.
  package let of: String
  package let path: String
  package let bytes: Int
  /// Of a folder: of the list of its files' names and digests.
  package let sha256: String

  /// Whether the merged weights depend on it.
  var decides: Bool { !of.hasSuffix(" evaluate") }

  /// What tells it from the merge's other files wherever it lies.
  var key: String { "\(of) \(path.split(separator: "/").last ?? "")" }
}

/// Reads all files of a merge once, in the background, to say afterwards from which bytes it was made.
///
/// Each rank reads some of them, on threads of its own.
final class InputFiles: @unchecked Sendable {
  /// What each file is for and where it is; the same on every rank.
  private let files: [(of: String, path: String)]
  private let own: [Int]
  /// Of this rank's files, from before they were read.
  private let stamps: [Int: FileStamp]
  private let job: Job
  private let queue = OperationQueue()
  private let digests = Mutex<[Int: FileDigest]>([:])
  private let unread = FindingList()

  /// Begins to read. That a file changes afterwards is what `changes` tells.
  init(_ collection: Collection, job: Job, threads: Int) {
    self.job = job
    let files = Self.list(collection)
    self.files = files
    // A file may be there for several things, and is read once.
    var first: [String: Int] = [:]
    for (index, file) in files.enumerated() where first[file.path] == nil { first[file.path] = index }
    own = first.values.sorted().enumerated().filter { $0.offset % job.size == job.rank }.map(\.element)
    stamps = Dictionary(uniqueKeysWithValues: own.map { ($0, FileStamp(of: files[$0].path)) }).compactMapValues { $0 }
    queue.maxConcurrentOperationCount = threads
    for index in own {
      queue.addOperation { [self] in
        unread.collecting {
          let digest = try FileDigest(of: files[index].path)
          digests.withLock { $0[index] = digest }
        }
      }
    }
  }

  private static func list(_ collection: Collection) -> [(of: String, path: String)] {
    let request = collection.request
    var files = collection.base.decidingFiles.map { (of: "base", path: $0) }
    for (source, folder) in zip(request.models, collection.tasks) {
      files += folder.decidingFiles.map { ("\(source.task) model", $0) }
      if source.prompts == nil, let encoder = collection.encoder, TaskHead.isPresent(source, encoder) {
        let head = TaskHead.path(of: source, encoder)
        if head != source.model { files.append(("\(source.task) head", head)) }
      }
      if request.usesAdaptInputs, let adapt = source.adapt { files.append(("\(source.task) adapt", adapt)) }
      if let evaluate = source.evaluate { files.append(("\(source.task) evaluate", evaluate)) }
    }
    if let initial = request.learning?.initialState { files.append(("initial state", initial.path)) }
    if let ranks = request.learning?.keptRanksPath { files.append(("kept ranks", ranks)) }
    return files
  }

  /// Which of this rank's files are not as they were when the merge opened them: what was computed may be of either.
  var changes: [String] {
    own.compactMap { index in
      let path = files[index].path
      return FileStamp(of: path) == stamps[index] ? nil : "\(path) has changed while it was in use"
    }
  }

  /// Collective.
  ///
  /// - Throws: `AgreedFailure` with all that have changed since they were opened.
  func checkUnchanged() throws { try job.agree(on: changes.map { "\($0); merge again" }) }

  /// Every file with its digest, in the order of the recipe. Collective.
  ///
  /// - Throws: `AgreedFailure` where one could not be read, or has changed since it was opened.
  func finish() throws -> [InputFile] {
    try job.keepingInTouch { queue.waitUntilAllOperationsAreFinished() }
    try job.agree(on: unread.all)
    try checkUnchanged()
    let lines = digests.withLock { $0.map { "\($0.key) \($0.value.bytes) \($0.value.sha256)" } }
    var known: [String: FileDigest] = [:]
    for line in try job.world.gatherToAll(lines.joined(separator: "\n")).flatMap({ $0.split(separator: "\n") }) {
      let words = line.split(separator: " ")
      known[files[Int(words[0])!].path] = FileDigest(bytes: Int(words[1])!, sha256: String(words[2]))
    }
    return files.map { file in
      let digest = known[file.path]!
      return InputFile(of: file.of, path: file.path, bytes: digest.bytes, sha256: digest.sha256)
    }
  }
}
