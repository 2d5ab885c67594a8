import Foundation

/// What a merge did, as `report.json` says it.
package struct MergeReport: Codable, Equatable, Sendable {
  package struct TaskReport: Codable, Equatable, Sendable {
    package var name: String
    package var classes: Int?
    package var adaptInputs: Int?
    package var evaluateInputs: Int?
    /// The mean loss of the first and last step, in nats.
    package var entropyFirst: Double?
    package var entropyLast: Double?
    /// A fraction.
    package var accuracy: Double?
  }

  package struct Components: Codable, Equatable, Sendable {
    package var total: Int
    package var kept: Int
    package var flipped: Int
  }

  package struct Seconds: Codable, Equatable, Sendable {
    /// Opening, checking and reading.
    package var read = 0.0
    package var factor = 0.0
    /// Labelling and all steps; for a static method its formulas.
    package var adapt = 0.0
    package var evaluate = 0.0
    package var gather = 0.0
    package var total = 0.0
  }

  package struct RankReport: Codable, Equatable, Sendable {
    /// RssAnon + RssShmem at its highest.
    package var peakPrivateBytes: Int
    /// Of products and factorisations.
    package var operations: Int
    /// The size of the task tensors that were read, each counted once.
    package var bytesRead: Int
    /// In messages to other ranks.
    package var bytesSent: Int
    package var waitingSeconds: Double
    /// The mean time of a step's phases, and under `waiting` what of it was spent in waiting for others; nil for static
    /// methods.
    package var stepSeconds: [String: Double]?
  }

  package var version: String
  package var mergeMethod: String
  package var ranks: Int
  package var threadsPerRank: Int
  package var nodes: Int
  package var lanes: Int?
  /// Nil for static methods.
  package var exchange: Exchange?
  /// The largest number of ranks over which the work can be shared out evenly.
  package var usefulRanks: Int?
  package var blas: String
  package var tasks: [TaskReport]
  package var averageAccuracy: Double?
  /// A row per step, a number per task.
  package var entropy: [[Double]]
  package var components: Components?
  package var seconds: Seconds
  package var perRank: [RankReport]
  package var peakRssBytes: [Int]
  package var notes: [String]
  package var weightsSha256: String?

}

extension MergeReport {
  /// The report as JSON, keys in order.
  package var json: Data {
    get throws { try JSONEncoder.report.encode(self) }
  }

  package init(json: Data) throws {
    self = try JSONDecoder.report.decode(MergeReport.self, from: json)
  }
}
