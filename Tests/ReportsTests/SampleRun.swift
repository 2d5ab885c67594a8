import Foundation

@testable import Merging
@testable import Reports

/// A merge of several tasks as a real one would look: losses that fall, components that are pruned, ranks that wait.
struct SampleRun {
  var tasks: [String]
  var steps = 300
  var ranks = 2
  var blocks = 12
  var components = 24

  init(tasks count: Int) {
    tasks = (0..<count).map { "task \($0 + 1)" }
  }

  private static let kinds = [
    "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj", "mlp.fc1", "mlp.fc2",
  ]

  /// A number in 0 ..< 1 that looks like chance and is always the same.
  private func chance(_ seeds: Int...) -> Double {
    let value = sin(Double(seeds.reduce(17) { ($0 * 31 + $1) % 100_003 })) * 43_758.5453
    return value - value.rounded(.down)
  }

  func loss(step: Int, task: Int) -> Double {
    let (first, last) = (0.2 + chance(task), 0.05 + 0.15 * chance(task, 1))
    return last + (first - last) * exp(-4 * Double(step) / Double(steps)) + 0.05 * chance(step, task, 2)
  }

  var report: MergeReport {
    var seconds = MergeReport.Seconds()
    (seconds.read, seconds.factor, seconds.adapt, seconds.checkpoint) = (2.5, 12.25, 305, 3.5)
    (seconds.evaluate, seconds.gather, seconds.total) = (9, 1.75, 331)
    let entropy = (0..<steps).map { step in tasks.indices.map { loss(step: step, task: $0) } }
    let reports = tasks.indices.map { task in
      MergeReport.TaskReport(
        name: tasks[task], classes: 10 + task, adaptInputs: 800, evaluateInputs: 400,
        entropyFirst: entropy.first?[task],
        entropyLast: entropy.last?[task], accuracy: (700 + (200 * chance(task, 3)).rounded()) / 1000)
    }
    let (kept, total) = table.matrices.reduce((0, 0)) { sum, matrix in
      (sum.0 + matrix.isKept.reduce(0) { $0 + $1.count { $0 } }, sum.1 + matrix.isKept.reduce(0) { $0 + $1.count })
    }
    return MergeReport(
      version: "1.2.3", mergeMethod: "adarank", ranks: ranks, threadsPerRank: 1, nodes: 1, lanes: 8, blas: "Zen",
      tasks: reports, averageAccuracy: reports.reduce(0) { $0 + $1.accuracy! } / Double(tasks.count), entropy: entropy,
      components: MergeReport.Components(total: total, kept: kept, flipped: total - kept), interference: interference,
      watch: looks,
      collapses: [
        GuardRecord.Collapse(task: tasks.last!, step: 200, reason: "it agrees on 60 % of inputs, after 85 % before")
      ], seconds: seconds, perRank: (0..<ranks).map(rank), peakRssBytes: [1], notes: ["a note & a <tag>"],
      weightsSha256: String(repeating: "c0ffee12", count: 8), files: ["model.safetensors": "aa", "report.html": "bb"],
      inputs: [InputFile(of: "base", path: "/models/base/model.safetensors", bytes: 1_000_000, sha256: "dd")])
  }

  private func rank(_ rank: Int) -> MergeReport.RankReport {
    let waiting = 0.3 * chance(rank, 5)
    return MergeReport.RankReport(
      peakPrivateBytes: 400_000_000 + 13_000_000 * rank, operations: 5_000_000_000_000, bytesRead: 1_000_000,
      bytesSent: 77_400_000, waitingSeconds: 300 * waiting,
      stepSeconds: [
        "forward": 0.25, "backward": 0.45, "combine": waiting, "mask_gradient": 0.2, "update": 0.01, "rebuild": 0.05,
        "share": 0.02, "rest": 0.01, "waiting": waiting,
      ],
      seconds: [
        "read": 2.5, "factor": 12.25 - Double(rank), "adapt": 305, "survey": 0.5, "evaluate": 9, "gather": 1.75,
      ])
  }

  private var looks: [GuardRecord.Look] {
    stride(from: 0, through: steps, by: 100).map { step in
      GuardRecord.Look(
        step: step,
        probes: tasks.indices.map { task in
          // Four inputs of two classes each: some agree with the labels.
          let right = 2 + Int(3 * chance(step, task, 6))
          return Probe([[Double]](repeating: [0.9, 0.1], count: 4), labels: (0..<4).map { $0 < right ? 0 : 1 })
        })
    }
  }

  var table: ComponentTable {
    let matrices = (0..<blocks).flatMap { block in
      Self.kinds.enumerated().map { kind, name in matrix(block, kind, name) }
    }
    return ComponentTable(tasks: tasks, origin: .taskArithmetic, matrices: matrices)
  }

  var interference: Interference {
    Interference(
      start: .base,
      cosines: tasks.indices.map { i in
        tasks.indices.map { j in i == j ? Float(1) : Float(0.3 * chance(min(i, j), max(i, j), 7) - 0.05) }
      })
  }

  private func matrix(_ block: Int, _ kind: Int, _ name: String) -> ComponentTable.Matrix {
    let values = (0..<components).map { Float(exp(-0.12 * Double($0)) * (1 + 0.2 * Double(kind))) }
    return ComponentTable.Matrix(
      name: "vision_model.encoder.layers.\(block).\(name).weight", rows: 32, columns: 32,
      singularValues: tasks.map { _ in values }, overlaps: tasks.map { _ in values }, pulls: tasks.map { _ in values },
      isKept: tasks.indices.map { task in
        (0..<components).map { chance(block, kind, task, $0) < 0.9 - 0.5 * Double(block) / Double(blocks) }
      },
      coefficients: tasks.indices.map { Float(0.3 + 0.1 * chance(block, kind, $0, 8)) })
  }

  static let recipe = """
    # The recipe as run: every default written out, paths absolute.
    merge_method: adarank
    base_model: /models/base
    models:
      - model: /models/one
        task: task 1
    parameters:
      temperature: 10.0  # of the masks' sigmoid
      steps: 300  # of learning
    seed: 0  # of the inputs' order

    """

  func run(name: String = "merged") -> MergedRun {
    MergedRun(name: name, report: report, components: table, recipe: Self.recipe)
  }

  /// Of a method that does not learn.
  var staticRun: MergedRun {
    var report = report
    report.mergeMethod = "task_arithmetic"
    (report.entropy, report.components, report.watch, report.collapses) = ([], nil, nil, nil)
    for index in report.perRank.indices { report.perRank[index].stepSeconds = nil }
    for index in report.tasks.indices {
      (report.tasks[index].entropyFirst, report.tasks[index].entropyLast) = (nil, nil)
      report.tasks[index].adaptInputs = nil
    }
    report.notes = []
    return MergedRun(name: "static", report: report, components: nil, recipe: nil)
  }
}
