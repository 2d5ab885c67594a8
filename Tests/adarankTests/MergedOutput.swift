import Checkpoints
import Foundation
import Testing

/// A folder that a merge wrote, read without the program's own types for it.
struct MergedOutput {
  let path: String
  let report: [String: Any]

  init(_ path: String) throws {
    self.path = path
    report = try Self.json("\(path)/report.json")
  }

  static func json(_ path: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require(object as? [String: Any])
  }

  var files: Set<String> {
    get throws { Set(try FileManager.default.subpathsOfDirectory(atPath: path)) }
  }

  var weightsSha256: String { report["weights_sha256"] as? String ?? "" }

  var tasks: [[String: Any]] { report["tasks"] as? [[String: Any]] ?? [] }

  /// The SHA-256 of the weights' bytes in the order of the tensors' names, by another program.
  func recomputedSha256() throws -> String {
    let folder = try ScratchFolder()
    let model = try ModelFolder(path: path)
    var bytes = Data()
    for name in model.names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      try model.withBytes(of: name) { bytes.append(contentsOf: $0) }
    }
    let run = try ProgramRun.run(["sha256sum", try folder.write(bytes, as: "weights")])
    return String(run.output.prefix(64))
  }
}
