import Foundation
import Merging

/// A merge that is over, with all that a page shows of it.
package struct MergedRun: Sendable {
  /// What a person calls it.
  package let name: String
  package let report: MergeReport
  /// Nil where the method has none.
  package let components: ComponentTable?
  /// λ; nil where the method does not learn.
  let coefficients: ComponentTable?
  /// The recipe as run, in YAML.
  package let recipe: String?

  /// - Parameter coefficients: of a merge that has no components, where it learns.
  package init(
    name: String, report: MergeReport, components: ComponentTable?, coefficients: ComponentTable? = nil, recipe: String?
  ) {
    self.name = name
    self.report = report
    self.components = components
    self.coefficients = components ?? coefficients
    self.recipe = recipe
  }

  /// Reads a merged folder.
  ///
  /// - Throws: `InputError` with everything that keeps it from being one.
  package init(path: String, name: String) throws {
    let file = path + "/report.json"
    guard let json = FileManager.default.contents(atPath: file) else {
      throw InputError(["\(path) is no merged folder: \(file) cannot be read"])
    }
    guard let report = try? MergeReport(json: json), report.weightsSha256 != nil, Self.isSound(report)
    else { throw InputError(["\(file) is no report of a merge, or damaged"]) }
    var components: ComponentTable?
    if FileManager.default.fileExists(atPath: "\(path)/\(ComponentTable.fileName)") {
      components = try ComponentTable(path: path)
      guard components?.tasks == report.tasks.map(\.name) else {
        throw InputError(["\(path)/\(ComponentTable.fileName) is of other tasks than \(file)"])
      }
    }
    var coefficients: ComponentTable?
    let state = "\(path)/\(LearnedState.fileName)"
    if components == nil, FileManager.default.fileExists(atPath: state) {
      coefficients = try ComponentTable(coefficientsIn: state, tasks: report.tasks.map(\.name))
    }
    let recipe = FileManager.default.contents(atPath: path + "/recipe.yaml").map { String(decoding: $0, as: UTF8.self) }
    self.init(name: name, report: report, components: components, coefficients: coefficients, recipe: recipe)
  }

  /// Whether every row has a number for each task, and no time is longer than a person could wait.
  private static func isSound(_ report: MergeReport) -> Bool {
    let tasks = report.tasks.count
    let seconds = report.seconds
    let times =
      [
        seconds.read, seconds.factor, seconds.adapt, seconds.checkpoint ?? 0, seconds.survey ?? 0, seconds.evaluate,
        seconds.gather, seconds.total,
      ]
      + report.perRank.flatMap { rank in
        [rank.waitingSeconds] + [rank.stepSeconds, rank.seconds].flatMap { $0.map { Array($0.values) } ?? [] }
      }
    return tasks > 0 && report.entropy.allSatisfy { $0.count == tasks }
      && (report.watch ?? []).allSatisfy { $0.probes.count == tasks }
      && (report.search?.trials ?? []).allSatisfy { $0.agreement.count == tasks }
      && times.allSatisfy { $0.magnitude < 1e12 }
  }

  /// The mean loss over all tasks, step by step, in nats.
  var meanLosses: [Double] {
    report.entropy.map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The share of components that are kept.
  var keptShare: Double? {
    report.components.flatMap { $0.total > 0 ? Double($0.kept) / Double($0.total) : nil }
  }

  /// The private memory of the largest rank, in bytes.
  var mostMemory: Int? { report.perRank.map(\.peakPrivateBytes).max() }

  /// The parts of the run's time, in seconds. Saving the state, which is done while adapting, is the last one: the others
  /// have the same colours wherever they are shown.
  var phases: [(name: String, seconds: Double)] {
    let saving = report.seconds.checkpoint ?? 0
    let parts = MergeReport.Seconds.Part.allCases.map { part -> (name: String, seconds: Double) in
      let seconds = report.seconds[part]
      return (part.name(learns: !report.entropy.isEmpty), part == .adapt ? max(0, seconds - saving) : seconds)
    }
    return parts + [("saving the state", saving)]
  }
}
