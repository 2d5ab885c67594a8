import Foundation
import Merging

/// What `adarank ranks` says of an encoder's modules.
package struct RankSummary {
  /// A module and what was found out about it.
  package struct Row {
    package let module: LoRAModule
    /// dⱼ.
    package let disagreement: Double
    /// kⱼ.
    package let rank: Int

    package init(module: LoRAModule, disagreement: Double, rank: Int) {
      self.module = module
      self.disagreement = disagreement
      self.rank = rank
    }
  }

  /// In the order of the encoder.
  package let rows: [Row]
  /// k_avg.
  package let average: Int

  package init(rows: [Row], average: Int) {
    self.rows = rows
    self.average = average
  }

  /// A line for each module, and one for their ranks' sum.
  package var table: TextTable {
    TextTable(
      header: ["module", "shape", "disagreement", "rank"],
      rows: rows.map {
        [$0.module.name, Self.shape($0.module), String(format: "%.4g", $0.disagreement), "\($0.rank)"]
      } + [["total", "", "", "\(rows.reduce(0) { $0 + $1.rank })"]])
  }

  /// The sum of the ranks against the budget, and the adapters' parameters against those of equal ranks.
  package var budget: String {
    let given = rows.reduce(0) { $0 + $1.rank }
    let parameters = rows.reduce(0) { $0 + $1.rank * $1.module.parametersPerRank }
    let equal = rows.reduce(0) { $0 + min(average, $1.module.largestRank) * $1.module.parametersPerRank }
    return """
      \(Numbers.counted(rows.count, "module")) of rank \(average) on average: \(given) of \(average * rows.count) ranks given; \
      \(parameters) parameters of adapters, \(equal) with equal ranks
      """
  }

  /// Rank by block, a line for each kind of module.
  package var plot: LinePlot {
    var kinds: [String] = []
    for row in rows where !kinds.contains(row.module.kind) { kinds.append(row.module.kind) }
    return LinePlot(
      title: "LoRA ranks by disagreement, \(average) on average", xLabel: "block", yLabel: "rank",
      lines: kinds.map { kind in
        LinePlot.Line(
          name: kind,
          points: rows.filter { $0.module.kind == kind }.map { (Double($0.module.layer), Double($0.rank)) },
          style: .dotted)
      })
  }

  private static func shape(_ module: LoRAModule) -> String {
    module.parts.map { "\($0.rows) × \($0.columns)" }.joined(separator: ", ")
  }
}
