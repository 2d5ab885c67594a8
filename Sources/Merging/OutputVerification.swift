import Checkpoints
import Foundation

/// Compares a merge's output folder with what its own report says of it.
package struct OutputVerification {
  /// What was compared.
  package private(set) var tensors = 0
  package private(set) var files = 0
  package private(set) var inputs = 0
  /// Everything that is not as the report says.
  package private(set) var findings: [String] = []

  /// - Parameters:
  ///   - path: the output folder.
  ///   - inputs: whether to compare the files that the merge was made from too, where they are now.
  package init(_ path: String, inputs: Bool) {
    let list = FindingList()
    if let report = list.collecting({ try Self.report(path) }) {
      list.collecting { tensors = try Self.compareWeights(path, report) }
      for (name, digest) in (report.files ?? [:]).sorted(by: { $0.key < $1.key }) {
        list.collecting { try Self.compare("\(path)/\(name)", digest) }
        files += 1
      }
      for input in inputs ? report.inputs ?? [] : [] {
        list.collecting { try Self.compare(input.path, input.sha256) }
        self.inputs += 1
      }
    }
    findings = list.all
  }

  private static func report(_ path: String) throws -> MergeReport {
    let file = "\(path)/report.json"
    guard let json = FileManager.default.contents(atPath: file) else {
      throw InputError(["\(file) cannot be read: \(path) is not the whole output of a merge"])
    }
    guard let report = try? MergeReport(json: json) else {
      throw InputError(["\(file) is no report of a merge, or damaged"])
    }
    guard report.weightsSha256 != nil else { throw InputError(["\(file) has no weights_sha256"]) }
    return report
  }

  private static func compareWeights(_ path: String, _ report: MergeReport) throws -> Int {
    let folder = try ModelFolder(path: path)
    let found = try sha256(ofTensorsIn: folder)
    guard found == report.weightsSha256 else {
      throw InputError(["\(path): the weights have the SHA-256 \(found), the report says \(report.weightsSha256!)"])
    }
    return folder.names.count
  }

  private static func compare(_ path: String, _ digest: String) throws {
    let found = try FileDigest(of: path).sha256
    guard found == digest else {
      throw InputError(["\(path) has changed: its SHA-256 is \(found), the report says \(digest)"])
    }
  }
}
