import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Recipes
import Reports

struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Measures a step of AdaRank at real size, phase by phase, against the limit of its products.",
    discussion: """
      The limit is measured between the steps: the products of a step at the shapes of the whole batch, on all workers at \
      once. Operations are those of products with weights, 6 per weight and token, of the masks' gradients and of rebuilding; \
      attention's own products and all elementwise work take time and count nothing.
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var options: BenchOptions

  @Option(help: ArgumentHelp("Inputs per task and step.", valueName: "n"))
  var batch = 16

  @Option(help: ArgumentHelp("The share of components that are kept.", valueName: "fraction"))
  var kept = 1.0

  @Option(help: ArgumentHelp("Lanes; default: the recipe's.", valueName: "n"))
  var lanes: Int?

  @Option(
    help: ArgumentHelp(
      "Private memory of each rank, such as 12GB: activations that find no room are computed again; default: any.",
      valueName: "size"))
  var memory: String?

  @Option(
    help: ArgumentHelp(
      "Takes the ranks for those of so many nodes, to see here what the exchanges between nodes take.", valueName: "n"))
  var nodes: Int?

  @Option(
    help: ArgumentHelp("What travels between nodes: dense, components; default: the faster.", valueName: "name"))
  var exchange: Exchange?

  @Flag(help: "Keep factors in memory instead of mapping them from the cache.")
  var factorsInMemory = false

  func run() throws {
    let budget = try memory.map { text in
      guard let bytes = ByteSize.parse(text) else { throw ValidationError("--memory needs a size such as 12GB.") }
      return bytes
    }
    ParallelRun.run(threads: options.threads) { world, pool in
      if let nodes, nodes < 1 || nodes > world.size {
        throw ValidationError("--nodes must be from 1 to the number of ranks.")
      }
      let job =
        try nodes.map { nodes in
          try Job(world: world.world, nodeOfRank: Topology(ranks: world.size, nodes: nodes).nodeOfRank)
        } ?? world
      let synthetic = SyntheticCollection(models)
      try synthetic.prepare(job: job, pool: pool)
      var request = synthetic.request(.adarank)
      request.learning!.batchSize = batch
      request.learning!.initialKeptFraction = kept
      request.learning!.lanes = lanes
      request.learning!.exchange = exchange
      // Between the steps only the limit is measured.
      request.learning!.onCollapse = .ignore
      // One step warms everything up.
      request.learning!.steps = options.repetitions + 1
      if !factorsInMemory { request.cache = FactorCache(folder: FactorCache.defaultFolder, limit: .max) }
      let collection = try Collection(opening: request)
      let meter = MemoryMeter()
      let tokens = batch * models.tasks * models.model.tokens
      let limit = ProductLimit(
        ProductLimit.step(
          models.model, tokens: max(1, tokens / job.size), taskCount: models.tasks, threads: pool.threads),
        pool: pool)
      var records: [StepRecord] = []
      var run: LearningRun?
      run = try LearningRun(
        job: job, pool: pool, collection: collection, meter: meter,
        observe: { event in
          guard case .step(let step) = event, step.step > 1 else { return }
          records.append(run!.lastStep)
        }, memory: budget, betweenSteps: { try limit.measure() })
      let factoring = try Measurement.seconds { try run!.factor() }
      meter.look()
      try run!.adapt()
      let attention = models.model.attentionOperations(samples: run!.lanePlan.samples(ofRank: job.rank).count)
      let own = RankStep(
        records: records, limit: Measurement(Array(limit.combined.values.dropFirst())), attentionOperations: attention,
        peakBytes: meter.peakPrivateBytes)
      let all = try job.world.gatherToAll(String(decoding: try JSONEncoder().encode(own), as: UTF8.self))
      let messages = try MessageRate.measure(job, repetitions: options.repetitions)
      guard job.isCoordinator else { return }
      let findings = StepFindings(
        model: models.model, tasks: models.tasks, batch: batch, lanes: run!.lanePlan.lanes.count,
        threads: pool.threads, nodes: job.topology.nodeCount, exchange: run!.exchange, blas: BLASKernel.name,
        factorSeconds: factoring,
        recomputedLayers: run!.memoryPlan.recomputedLayers, plannedBytes: run!.memoryPlan.total,
        messages: messages, ranks: try all.map { try JSONDecoder().decode(RankStep.self, from: Data($0.utf8)) })
      try findings.show(asJSON: options.json)
    }
  }
}

extension Exchange: ExpressibleByArgument {}

extension Architecture {
  /// The operations of attention's own products in one step: 12 per pair of tokens and channel, forwards and backwards.
  func attentionOperations(samples: Int) -> Double {
    // Of the last block one token asks; the products of GPT-2's attention are computed whole.
    let pairs = Double(tokens * tokens * (layers - 1) + tokens)
    return 12 * pairs * Double(width) * Double(samples)
  }
}

/// One rank's steps.
struct RankStep: Codable, Sendable {
  /// By phase.
  var seconds: [Measurement]
  var operations: [Double]
  var total: Measurement
  var waiting: Measurement
  /// Operations per second.
  var limit: Measurement
  var peakPrivateBytes: Int

  init(records: [StepRecord], limit: Measurement, attentionOperations: Double, peakBytes: Int) {
    seconds = StepRecord.Phase.allCases.map { phase in Measurement(records.map { $0[phase].seconds }) }
    operations = StepRecord.Phase.allCases.map { phase in
      let counted = Double(records.first?[phase].operations ?? 0)
      // A third of attention's products are forwards.
      switch phase {
      case .forward: return counted - attentionOperations / 3
      case .backward: return counted - attentionOperations * 2 / 3
      default: return counted
      }
    }
    total = Measurement(records.map(\.totalSeconds))
    waiting = Measurement(records.map(\.waitingSeconds))
    self.limit = limit
    peakPrivateBytes = peakBytes
  }

  /// Operations per second of whole steps.
  var rate: Measurement { total.map { operations.reduce(0, +) / $0 } }
  /// Of the limit, step by step.
  var share: Measurement {
    Measurement(zip(rate.values, limit.values).map { $0 / $1 })
  }
}

struct StepFindings: Findings, Codable {
  let model: Architecture
  let tasks: Int
  let batch: Int
  let lanes: Int
  let threads: Int
  let nodes: Int
  let exchange: Exchange
  let blas: String
  let factorSeconds: Double
  let recomputedLayers: Int
  let plannedBytes: Int
  /// Between rank 0 and the others.
  let messages: [MessageRate]
  let ranks: [RankStep]

  var text: String {
    let names = StepRecord.Phase.allCases.map { $0.name.replacing("_", with: " ") }
    var parts = [
      "\(model.rawValue), \(Numbers.counted(tasks, "task")) of \(Numbers.counted(batch, "input")), "
        + "\(Numbers.counted(lanes, "lane")), \(Numbers.counted(ranks.count, "rank")) of "
        + Numbers.counted(threads, "thread")
        + (nodes > 1 ? " taken for \(nodes) nodes that exchange \(exchange == .dense ? "densely" : "components")" : "")
        + ", BLAS kernel \(blas); factored or mapped in "
        + Numbers.duration(factorSeconds)
        + "; activations of \(Numbers.counted(recomputedLayers, "block")) computed again; planned memory of rank 0 "
        + Numbers.bytes(plannedBytes)
    ]
    for (number, rank) in ranks.enumerated() {
      var rows = names.enumerated().map { index, name -> [String] in
        let operations = rank.operations[index]
        let rate = rank.seconds[index].map { operations / $0 / 1e9 }
        return [
          name, rank.seconds[index].text("%.3f"),
          String(format: "%.0f %%", 100 * rank.seconds[index].median / rank.total.median),
          operations > 0 ? String(format: "%.1f", operations / 1e9) : "",
          operations > 0 ? rate.text("%.0f") : "",
          operations > 0 ? String(format: "%.0f %%", 100 * rate.median * 1e9 / rank.limit.median) : "",
        ]
      }
      rows.append([
        "step", rank.total.text("%.3f"), "", String(format: "%.1f", rank.operations.reduce(0, +) / 1e9),
        rank.rate.map { $0 / 1e9 }.text("%.0f"), rank.share.map { 100 * $0 }.text("%.0f %%"),
      ])
      parts.append(
        TextTable(header: ["rank \(number)", "seconds", "of step", "Gflop", "GFLOP/s", "of limit"], rows: rows).text)
      parts.append(
        "limit \(rank.limit.map { $0 / 1e9 }.text("%.0f")) GFLOP/s; waiting \(rank.waiting.text("%.3f")) s, "
          + String(format: "%.1f %% of a step; ", 100 * rank.waiting.median / rank.total.median)
          + "peak private memory \(Numbers.bytes(rank.peakPrivateBytes))")
    }
    return parts.joined(separator: "\n\n")
  }
}
