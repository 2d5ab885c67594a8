import Communication
import Foundation
import Merging

/// One line of JSON for each step and for each phase that begins, written as it goes, so that any tool can follow a run:
///
///     {"phase":"adapting","seconds":0.52}
///     {"step":12,"seconds":3.41,"loss":{"arabic":0.73,"greek":0.2}}
final class StepLog {
  private let file: FileHandle?
  private let tasks: [String]
  private let start = monotonicSeconds()

  /// - Parameters:
  ///   - path: the file; one that is there keeps its lines of the steps that are gone on from.
  ///   - step: the last of these.
  init(path: String, tasks: [String], after step: Int) {
    self.tasks = tasks
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let kept = lines.filter { Self.step(of: $0).map { $0 <= step } ?? false }.map { $0 + "\n" }.joined()
    _ = FileManager.default.createFile(atPath: path, contents: Data(kept.utf8))
    file = FileHandle(forWritingAtPath: path)
    _ = try? file?.seekToEnd()
  }

  /// The step that a line is about; nil where it is about something else.
  private static func step(of line: Substring) -> Int? {
    guard line.hasPrefix("{\"step\":") else { return nil }
    return Int(line.dropFirst(8).prefix { $0.isNumber })
  }

  /// What cannot be written is passed over: it is for watching alone.
  func add(_ event: MergeEvent) {
    let seconds = ((monotonicSeconds() - start) * 1000).rounded() / 1000
    switch event {
    case .phase(let name): write("{\"phase\":\(Self.quoted(name)),\"seconds\":\(seconds)}")
    case .step(let step):
      let losses = zip(tasks, step.losses).map { "\(Self.quoted($0)):\($1)" }.joined(separator: ",")
      write("{\"step\":\(step.step),\"seconds\":\(seconds),\"loss\":{\(losses)}}")
    case .notice(let text): write("{\"notice\":\(Self.quoted(text)),\"seconds\":\(seconds)}")
    case .progress: break
    }
  }

  private func write(_ line: String) {
    try? file?.write(contentsOf: Data((line + "\n").utf8))
  }

  private static func quoted(_ text: String) -> String {
    let json = try? JSONEncoder().encode(text)
    return json.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
