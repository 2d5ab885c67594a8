import Foundation

/// What a checkpoint says of the run that it is of, apart from what was learnt.
package struct RunRecord: Codable, Equatable, Sendable {
  /// Of the file.
  static let format = 1

  package var format = RunRecord.format
  package var version: String
  package var blas: String
  /// What tells the run, with all that it was resumed from, from others.
  package var run: String
  /// How many steps are done.
  package var step: Int
  /// The recipe's keys that decide about the result, as they are written in it.
  package var settings: [String: String]
  /// The SHA-256 of every file that decides about the result, by what it is for.
  package var inputs: [String: String]
  package var exchange: Exchange
  package var nodes: Int
  /// What was chosen on unlabelled inputs.
  package var search: MergeReport.Search?
  /// How tasks stood; nil where nobody looks.
  package var watch: GuardRecord?
  /// Of all runs up to here.
  package var adaptSeconds: Double

  /// Why a run cannot go on from here: everything in which it differs.
  ///
  /// - Parameters:
  ///   - settings: as above, of the run that would go on.
  ///   - steps: how many steps it shall take.
  func differences(settings: [String: String], steps: Int) -> [String] {
    var found: [String] = []
    for key in Set(settings.keys).union(self.settings.keys).sorted() where settings[key] != self.settings[key] {
      found.append("\(key) was \(self.settings[key] ?? "not there") and is now \(settings[key] ?? "not there")")
    }
    if steps < step { found.append("\(step) steps are done, but the recipe now asks for \(steps)") }
    return found
  }

  /// Why the bytes may not come out as those of an uninterrupted run.
  ///
  /// - Parameter now: of the run that goes on.
  func doubts(of now: RunRecord) -> [String] {
    var doubts: [String] = []
    if now.blas != blas { doubts.append("BLAS kernel \(blas) instead of \(now.blas)") }
    if now.version != version { doubts.append("version \(version) instead of \(now.version)") }
    if exchange == .components, now.nodes != nodes { doubts.append("\(nodes) nodes instead of \(now.nodes)") }
    return doubts.map { "the steps before were taken with \($0): the bytes are not those of an uninterrupted run" }
  }

  /// The inputs that are not those of the checkpoint.
  func differences(inputs: [String: String]) -> [String] {
    Set(inputs.keys).union(self.inputs.keys).sorted().compactMap { key in
      guard inputs[key] != self.inputs[key] else { return nil }
      guard let now = inputs[key] else { return "\(key) was there and is missing now" }
      guard let then = self.inputs[key] else { return "\(key) is new" }
      return "\(key) has changed: its SHA-256 was \(then.prefix(12))… and is now \(now.prefix(12))…"
    }
  }
}

extension RunRecord {
  /// On one line.
  package var json: String {
    get throws { String(decoding: try Self.encoder.encode(self), as: UTF8.self) }
  }

  package init(json: String) throws { self = try JSONDecoder.report.decode(RunRecord.self, from: Data(json.utf8)) }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder.report
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
