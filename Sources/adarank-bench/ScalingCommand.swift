import ArgumentParser
import Foundation
import Launch
import LinearAlgebra
import Merging
import Reports
import Transformers

struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Measures steps on more and more ranks here, and computes them for clusters.",
    discussion: """
      Start it alone: it starts mpirun itself, one thread per rank. Strong scaling shares one batch among the ranks, weak \
      scaling gives each rank its own. The cost model gets its rates from the run on one rank; the network's bandwidth and \
      latency are those given. Where ranks were measured, prediction and measurement stand side by side: on one node, and \
      taken for a node each, whose messages go at the rate that is measured between them. Cores that work at once are often \
      slower than one alone; how many times faster they make bare products stands beside, measured between the same steps.
      """)

  @OptionGroup var models: ModelOptions
  @OptionGroup var options: BenchOptions

  @Option(help: ArgumentHelp("Inputs per task and step; for weak scaling on one rank.", valueName: "n"))
  var batch = 16

  @Option(help: ArgumentHelp("The numbers of ranks to measure.", valueName: "n,n,…"))
  var ranks = "1,2"

  @Option(help: ArgumentHelp("Ranks on each node of the cluster that is computed.", valueName: "n"))
  var ranksPerNode = 1

  @Option(help: ArgumentHelp("Seconds of a message between nodes of that cluster.", valueName: "seconds"))
  var latency = 20e-6

  @Option(help: ArgumentHelp("Write a plot to this file.", valueName: "file.svg"))
  var plot: String?

  func run() throws {
    let counts = ranks.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }
    guard counts.first == 1, counts.count == ranks.split(separator: ",").count else {
      throw ValidationError("--ranks must begin with 1 and hold numbers above 0, as 1,2,4.")
    }
    guard ranksPerNode > 0 else { throw ValidationError("--ranks-per-node must be 1 or more.") }
    let strong = try counts.map { try measure(ranks: $0, batch: batch) }
    let weak = try counts.map { $0 == 1 ? strong[0] : try measure(ranks: $0, batch: batch * $0) }
    let alone = strong[0].ranks[0]
    let encoder = models.model.encoder
    var findings = ScalingFindings(
      model: models.model, tasks: models.tasks, batch: batch, strong: [], weak: [], nodes: [], predicted: [],
      plotFile: plot)
    let model = CostModel(
      laneRate: alone.rate(of: [.forward, .backward]), ownerRate: alone.rate(of: [.maskGradient, .update, .rebuild]),
      latency: latency, bandwidth: 1.25e9)
    let work = work(encoder, alone, lanes: strong[0].lanes)
    for (count, measured) in zip(counts, strong) {
      findings.strong.append(
        ScalingFindings.Point(
          measured, predicted: model.seconds(work, nodes: 1, ranksPerNode: count, exchange: .dense)))
    }
    for (count, measured) in zip(counts, weak) {
      var larger = work
      larger.samples *= count
      larger.laneCount = measured.lanes
      findings.weak.append(
        ScalingFindings.Point(
          measured, predicted: model.seconds(larger, nodes: 1, ranksPerNode: count, exchange: .dense)))
    }
    for count in counts where count > 1 {
      for exchange in Exchange.allCases {
        let measured = try measure(ranks: count, batch: batch, nodes: count, exchange: exchange)
        var here = model
        here.latency = measured.messages.map(\.latencySeconds.median).max()!
        here.bandwidth = measured.messages.map(\.bytesPerSecond.median).min()!
        findings.nodes.append(
          ScalingFindings.NodePoint(
            exchange: exchange, latency: here.latency, bandwidth: here.bandwidth,
            point: ScalingFindings.Point(
              measured, predicted: here.seconds(work, nodes: count, ranksPerNode: 1, exchange: exchange))))
      }
    }
    for ranks in [2, 4, 8, 16, 32, 64] where ranks.isMultiple(of: ranksPerNode) {
      for (name, bandwidth) in [("10 GbE", 1.25e9), ("100 GbE", 12.5e9)] {
        for exchange in Exchange.allCases {
          var there = model
          there.bandwidth = bandwidth
          findings.predicted.append(
            ScalingFindings.Prediction(
              ranks: ranks, nodes: ranks / ranksPerNode, network: name, exchange: exchange,
              seconds: there.seconds(
                work, nodes: ranks / ranksPerNode, ranksPerNode: ranksPerNode, exchange: exchange)))
        }
      }
    }
    if let plot { try Data(findings.linePlot.logarithmicDocument.utf8).write(to: URL(filePath: plot)) }
    try findings.show(asJSON: options.json)
  }

  /// Runs `adarank-bench step` under mpirun.
  private func measure(
    ranks: Int, batch: Int, nodes: Int = 1, exchange: Exchange = .dense
  ) throws -> StepFindings {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    var command = ["mpirun", "-n", "\(ranks)"]
    if ranks > ProcessInfo.processInfo.activeProcessorCount { command.append("--oversubscribe") }
    command += [
      Bundle.main.executablePath!, "step", "--json", "--threads", "1", "--model", models.model.rawValue, "--tasks",
      "\(models.tasks)", "--batch", "\(batch)", "--nodes", "\(nodes)", "--exchange", exchange.rawValue,
      "--repetitions", "\(options.repetitions)", "--scratch", models.scratch,
    ]
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("'\(command.joined(separator: " "))' ended with code \(process.terminationStatus).")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(StepFindings.self, from: output)
  }

  private func work(_ encoder: Encoder, _ alone: RankStep, lanes: Int) -> CostModel.Work {
    let samples = batch * models.tasks
    let matrices = models.model.blockMatrices.flatMap { matrix in
      [(Int, Int)](repeating: (matrix.out, matrix.input), count: matrix.count * models.model.layers)
    }
    let owner = alone.operations(of: [.maskGradient, .update, .rebuild])
    let cubes = matrices.map { Double($0.0 * $0.1 * min($0.0, $0.1)) }
    let perCube = owner / Double(models.tasks) / cubes.reduce(0, +)
    return CostModel.Work(
      samples: samples, laneCount: lanes,
      operationsPerSample: alone.operations(of: [.forward, .backward]) / Double(samples),
      ownerOperations: cubes.map { $0 * perCube }, tasks: models.tasks,
      elements: encoder.layout.parameters.reduce(0) { $0 + $1.count },
      components: models.tasks * matrices.reduce(0) { $0 + min($1.0, $1.1) })
  }
}

extension RankStep {
  func operations(of phases: [StepRecord.Phase]) -> Double { phases.reduce(0) { $0 + operations[$1.rawValue] } }

  /// Operations per second over some phases.
  func rate(of phases: [StepRecord.Phase]) -> Double {
    operations(of: phases) / phases.reduce(0) { $0 + seconds[$1.rawValue].median }
  }
}

extension StepFindings {
  var slowest: RankStep { ranks.max { $0.total.median < $1.total.median }! }
}

struct ScalingFindings: Findings {
  struct Point: Encodable {
    let ranks: Int
    let seconds: Measurement
    let predicted: Double
    /// What products of the step's shapes reach on all ranks together, between the same steps.
    let limit: Double
    /// The part of it that the slowest rank reached of its own.
    let share: Double

    init(_ step: StepFindings, predicted: Double) {
      ranks = step.ranks.count
      seconds = step.slowest.total
      self.predicted = predicted
      limit = step.ranks.reduce(0) { $0 + $1.limit.median }
      share = step.slowest.share.median
    }
  }

  /// Ranks that are taken for a node each.
  struct NodePoint: Encodable {
    let exchange: Exchange
    /// Seconds and bytes per second of messages between them.
    let latency: Double
    let bandwidth: Double
    let point: Point
  }

  struct Prediction: Encodable {
    let ranks: Int
    let nodes: Int
    let network: String
    let exchange: Exchange
    let seconds: Double
  }

  let model: Architecture
  let tasks: Int
  let batch: Int
  var strong: [Point]
  var weak: [Point]
  var nodes: [NodePoint]
  var predicted: [Prediction]
  let plotFile: String?

  private enum CodingKeys: String, CodingKey { case model, tasks, batch, strong, weak, nodes, predicted }

  var linePlot: LinePlot {
    func predictions(_ network: String, _ exchange: Exchange) -> LinePlot.Line {
      let points = predicted.filter { $0.network == network && $0.exchange == exchange }
      return LinePlot.Line(
        name: "\(network), \(exchange.rawValue) (computed)",
        points: [(1, strong[0].seconds.median)] + points.map { (Double($0.ranks), $0.seconds) }, style: .dashed)
    }
    return LinePlot(
      title: "A step of AdaRank: \(model.rawValue), \(tasks) tasks of \(batch) inputs", xLabel: "ranks",
      yLabel: "seconds",
      lines: [
        LinePlot.Line(
          name: "this machine", points: strong.map { (Double($0.ranks), $0.seconds.median) }, style: .dotted)
      ]
        + ["10 GbE", "100 GbE"].flatMap { network in Exchange.allCases.map { predictions(network, $0) } })
  }

  var text: String {
    func table(_ points: [Point], isWeak: Bool) -> String {
      TextTable(
        header: [
          "ranks", "seconds", isWeak ? "efficiency" : "speedup", "products' speedup", "of limit", "computed",
          "measured ÷ computed",
        ],
        rows: points.map { point in
          let speedup = points[0].seconds.median / point.seconds.median
          return [
            "\(point.ranks)", point.seconds.text("%.2f"), String(format: "%.2f", speedup),
            String(format: "%.2f", point.limit / points[0].limit), String(format: "%.0f %%", 100 * point.share),
            String(format: "%.2f", point.predicted),
            String(format: "%.2f", point.seconds.median / point.predicted),
          ]
        }
      ).text
    }
    return """
      \(model.rawValue), \(Numbers.counted(tasks, "task")) of \(Numbers.counted(batch, "input")), one thread per rank

      strong scaling: one batch shared among the ranks
      \(table(strong, isWeak: false))

      weak scaling: \(batch) inputs per task for each rank; the owners' work stays the same
      \(table(weak, isWeak: true))

      ranks taken for a node each
      \(TextTable(
        header: [
          "nodes", "exchange", "messages, µs", "GB/s", "seconds", "speedup", "computed", "measured ÷ computed",
        ],
        rows: nodes.map { node in
          [
            "\(node.point.ranks)", node.exchange.rawValue, String(format: "%.1f", node.latency * 1e6),
            String(format: "%.1f", node.bandwidth / 1e9), node.point.seconds.text("%.2f"),
            String(format: "%.2f", strong[0].seconds.median / node.point.seconds.median),
            String(format: "%.2f", node.point.predicted),
            String(format: "%.2f", node.point.seconds.median / node.point.predicted),
          ]
        }).text)

      computed for clusters from the rates of one rank here
      \(TextTable(
        header: ["ranks", "nodes", "network", "exchange", "seconds", "speedup"],
        rows: predicted.map {
          [
            "\($0.ranks)", "\($0.nodes)", $0.network, $0.exchange.rawValue, String(format: "%.2f", $0.seconds),
            String(format: "%.1f", strong[0].seconds.median / $0.seconds),
          ]
        }).text)
      """
  }
}
