import Communication
import Foundation
import LinearAlgebra
import Transformers

/// What is measured of a task without labels, on a fixed batch of its unlabelled inputs.
package struct Probe: Codable, Equatable, Sendable {
  /// The mean over the inputs of H(p), in nats.
  package let meanEntropy: Double
  /// H of the mean of p over the inputs, in nats: near 0 where all inputs fall into one class.
  package let entropyOfMean: Double
  /// The share of the inputs that the merged model classifies as the task's fine-tuned model does.
  package let agreement: Double

  /// - Parameters:
  ///   - probabilities: of each input [inputs, K].
  ///   - labels: the fine-tuned model's.
  init(_ probabilities: [[Double]], labels: [Int]) {
    let count = Double(probabilities.count)
    meanEntropy = probabilities.reduce(0) { $0 + Self.entropy($1) } / count
    let mean = probabilities[0].indices.map { k in probabilities.reduce(0) { $0 + $1[k] } / count }
    entropyOfMean = Self.entropy(mean)
    let same = zip(probabilities, labels).count { Self.label($0) == $1 }
    agreement = Double(same) / count
  }

  /// H(p) = −Σ p log p.
  static func entropy(_ probabilities: [Double]) -> Double {
    -probabilities.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
  }

  /// The most probable class.
  static func label(_ probabilities: [Double]) -> Int {
    probabilities.indices.max { probabilities[$0] < probabilities[$1] }!
  }
}

/// What the guard has seen; kept with the run.
package struct GuardRecord: Codable, Equatable, Sendable {
  /// All tasks' measures behind a step.
  package struct Look: Codable, Equatable, Sendable {
    package let step: Int
    /// By task.
    package let probes: [Probe]
  }

  /// A task that has collapsed.
  package struct Collapse: Codable, Equatable, Sendable {
    package let task: String
    /// Where it was noticed first.
    package let step: Int
    package let reason: String
  }

  /// The fine-tuned models' own entropy of the mean prediction, by task.
  package var expertEntropies: [Double] = []
  /// The fine-tuned models' labels [tasks, inputs].
  package var expertLabels: [[Int]] = []
  package var looks: [Look] = []
  /// Every time that one did.
  package var collapses: [Collapse] = []
  /// The tasks that had at the last look.
  package var collapsed: [String] = []
  /// The last regular look at which learning had collapsed none.
  package var lastGoodStep = 0

  /// Whether it says something of each of that many tasks, and of every collapse when it was.
  package func isOf(tasks: Int) -> Bool {
    expertEntropies.count == tasks && expertLabels.count == tasks && looks.allSatisfy { $0.probes.count == tasks }
      && collapsed.allSatisfy { task in collapses.contains { $0.task == task } }
  }

  /// Whether a task is collapsed, and was not before the first step.
  var hasCollapse: Bool {
    collapsed.contains { task in collapses.last { $0.task == task }!.step > 0 }
  }

  /// What a run of more steps would have seen: without the look at an end that is none any more.
  mutating func forgetLast() {
    guard let last = looks.last, !CollapseGuard.isDue(last.step) else { return }
    looks.removeLast()
    collapses.removeAll { $0.step == last.step }
    // A task that was found there had not collapsed before.
    collapsed.removeAll { task in !collapses.contains { $0.task == task } }
  }
}

/// Watches, without labels, whether a task collapses: whether surer predictions are no longer better ones.
///
/// A task has collapsed where the entropy of its mean prediction is under half the fine-tuned model's, or where it agrees
/// with the fine-tuned model on 20 in 100 inputs fewer than it once did. One that has before the first step is named, and
/// learning may mend it.
struct CollapseGuard {
  /// Inputs of each task that are looked at, evenly spread over all.
  static let inputsPerTask = 64
  /// Steps between two looks. One costs the forward passes of 64/B steps: about 1.3 % of all with B 16 inputs per step.
  static let stepsBetweenLooks = 100

  static let leastEntropyShare = 0.5
  static let mostAgreementLost = 0.2

  let tasks: [String]
  var record = GuardRecord()

  init(tasks: [String]) {
    self.tasks = tasks
    record.expertEntropies = [Double](repeating: 0, count: tasks.count)
    record.expertLabels = [[Int]](repeating: [], count: tasks.count)
  }

  /// Whether it is known what the fine-tuned models say.
  var knowsExperts: Bool { !record.expertLabels.contains([]) }

  /// Notes what a fine-tuned model says of its own task's inputs.
  mutating func noteExpert(_ probabilities: [[Double]], task: Int) {
    record.expertLabels[task] = probabilities.map(Probe.label)
    record.expertEntropies[task] = Probe(probabilities, labels: record.expertLabels[task]).entropyOfMean
  }

  /// Whether tasks are looked at behind a step.
  static func isDue(_ step: Int) -> Bool { step % stepsBetweenLooks == 0 }

  /// Notes how tasks stand behind a step.
  ///
  /// - Parameter probabilities: of the merged model, by task [inputs, K].
  /// - Returns: the tasks that have collapsed since the last look.
  /// - Throws: `DivergenceError` where a prediction is not a number.
  mutating func look(step: Int, _ probabilities: [[[Double]]]) throws -> [GuardRecord.Collapse] {
    if let task = probabilities.firstIndex(where: { $0.contains { $0.contains { !$0.isFinite } } }) {
      throw DivergenceError(quantity: "prediction", task: tasks[task], step: step)
    }
    let probes = zip(probabilities, record.expertLabels).map { Probe($0, labels: $1) }
    record.looks.append(GuardRecord.Look(step: step, probes: probes))
    let all = tasks.indices.compactMap { task in
      reason(task, probes[task]).map { GuardRecord.Collapse(task: tasks[task], step: step, reason: $0) }
    }
    let found = all.filter { !record.collapsed.contains($0.task) }
    record.collapses += found
    record.collapsed = all.map(\.task)
    if !record.hasCollapse, Self.isDue(step) { record.lastGoodStep = step }
    return found
  }

  /// Why a task counts as collapsed; nil where it does not.
  private func reason(_ task: Int, _ probe: Probe) -> String? {
    let expert = record.expertEntropies[task]
    if probe.entropyOfMean < Self.leastEntropyShare * expert {
      return String(
        format: "the entropy of its mean prediction is %.2f, the fine-tuned model's %.2f", probe.entropyOfMean, expert)
    }
    let best = record.looks.map { $0.probes[task].agreement }.max() ?? 0
    if probe.agreement <= best - Self.mostAgreementLost {
      return String(
        format: "it agrees with the fine-tuned model on %.0f %% of inputs, after %.0f %% before", 100 * probe.agreement,
        100 * best)
    }
    return nil
  }
}
