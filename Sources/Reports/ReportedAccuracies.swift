import Checkpoints
import Foundation
import Merging

/// What reports of merges and of evaluations have in common.
package struct ReportedAccuracies: Decodable, Equatable, Sendable {
  package struct Task: Decodable, Equatable, Sendable {
    package let name: String
    /// A fraction.
    package let accuracy: Double?
  }

  package let tasks: [Task]
  package let averageAccuracy: Double?

  /// - Parameter path: a merged folder, or a file.
  /// - Throws: `InputError` where there is no such file, or it is no report.
  package init(path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InputError(["\(path) does not exist"])
    }
    let file = isFolder.boolValue ? path + "/report.json" : path
    do {
      let json = try Data(contentsOf: URL(fileURLWithPath: file))
      try StackedMarks.check(Array(json), escapes: true, path: file)
      self = try JSONDecoder.report.decode(Self.self, from: json)
    } catch {
      throw InputError(["\(file) is not a report of adarank"])
    }
  }
}
