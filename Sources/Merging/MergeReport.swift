import Checkpoints
import Crypto
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
    /// What else the recipe asks for, and its value.
    package var metric: Metric?
    package var score: Double?
  }

  /// How the coefficient was chosen.
  package struct Search: Codable, Equatable, Sendable {
    /// One place of the grid.
    package struct Trial: Codable, Equatable, Sendable {
      package let mergeCoefficient: Double
      package let keptFraction: Double?
      /// The share of inputs that the merged model classifies as the task's fine-tuned model does, by task.
      package let agreement: [Double]
      /// Over the tasks.
      package let mean: Double

      init(mergeCoefficient: Double, keptFraction: Double?, agreement: [Double]) {
        self.mergeCoefficient = mergeCoefficient
        self.keptFraction = keptFraction
        self.agreement = agreement
        mean = agreement.reduce(0, +) / Double(agreement.count)
      }
    }

    package var mergeCoefficient: Double
    package var keptFraction: Double?
    package var trials: [Trial]
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
    /// Labelling and all steps; for a static method its formulas, with what can be written meanwhile.
    package var adapt = 0.0
    /// Of that the saving of the run's state, in this run.
    package var checkpoint: Double?
    package var evaluate = 0.0
    /// Finding out what task vectors and their components were like; nil for static methods, which do it in passing.
    package var survey: Double?
    /// Bringing the merged model together and writing it; of a static method without labelled inputs, which writes while it
    /// merges, what is left of that.
    package var gather = 0.0
    /// All of it; of a run that was resumed with the adapting before.
    package var total = 0.0

    /// The parts by their names in a report.
    package enum Part: String, CaseIterable, Sendable {
      case read, factor, adapt, survey, evaluate, gather
    }

    package subscript(part: Part) -> Double {
      switch part {
      case .read: read
      case .factor: factor
      case .adapt: adapt
      case .survey: survey ?? 0
      case .evaluate: evaluate
      case .gather: gather
      }
    }
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
    /// What the parts of the run took on this rank, as in `Seconds`.
    package var seconds: [String: Double]?
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
  /// Nil of one task.
  package var interference: Interference?
  /// How tasks stood between steps, without labels; nil where nobody looked.
  package var watch: [GuardRecord.Look]?
  /// The tasks that have collapsed.
  package var collapses: [GuardRecord.Collapse]?
  /// Nil where the recipe gives the coefficient.
  package var search: Search?
  package var seconds: Seconds
  package var perRank: [RankReport]
  package var peakRssBytes: [Int]
  package var notes: [String]
  package var weightsSha256: String?
  /// Of the recipe as it was given, but for how the run is kept and where it works.
  package var recipeSha256: String?
  /// What tells the run, with all that it was resumed from, from others.
  package var run: String?
  /// The SHA-256 of each file of the output but this one.
  package var files: [String: String]?
  /// What the merge is made from.
  package var inputs: [InputFile]?
}

extension MergeReport {
  /// What tells a recipe from others.
  package static func digest(recipe text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).hexadecimal
  }

  /// The report as JSON, keys in order.
  package var json: Data {
    get throws { try JSONEncoder.report.encode(self) }
  }

  /// - Throws: where it is no report, or holds heaps of accents, with which texts take long to compare.
  package init(json: Data) throws {
    try StackedMarks.check(Array(json), escapes: true, path: "report.json")
    self = try JSONDecoder.report.decode(MergeReport.self, from: json)
  }
}
