import Foundation
import Merging

/// The page of one merge: results, losses, components, time and memory, and where everything comes from.
package struct ReportPage {
  let run: MergedRun
  var report: MergeReport { run.report }
  /// What the components' plots are made of; nil where there are none.
  let maps: ComponentMaps?

  /// The file of a merged folder that holds the page.
  package static let fileName = "report.html"

  package init(_ run: MergedRun) {
    self.run = run
    maps = run.components.flatMap { $0.matrices.isEmpty ? nil : ComponentMaps($0) }
  }

  /// Whether the beginning of a file is that of a page of this program.
  package static func isPage(_ beginning: Data) -> Bool { HTMLPage.isPage(beginning) }

  package var html: String {
    let sections: [HTMLPage.Section?] = [
      results, losses, watch, search, keptMaps, spectra, interference, coefficients, time, memory, notes, provenance,
    ]
    let models = Numbers.counted(report.tasks.count, "model")
    return HTMLPage(
      title: "\(models) merged with \(report.mergeMethod)", overview: overview, facts: facts,
      preamble: report.weightsSha256.map {
        "<p class=\"hash\">SHA-256 of the weights: <code>\(HTML.escaped($0))</code></p>"
      } ?? "", sections: sections.compactMap { $0 }
    ).text
  }

  private var overview: String {
    var text =
      "adarank \(report.version) merged \(names) in \(Numbers.duration(report.seconds.total)) on "
      + "\(Numbers.counted(report.ranks, "rank")) of \(Numbers.counted(report.threadsPerRank, "thread"))"
    if report.nodes > 1 { text += " on \(report.nodes) nodes" }
    return text + ", BLAS kernel \(report.blas)."
  }

  private var names: String {
    let names = report.tasks.map(\.name)
    guard names.count > 1 else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + names.last!
  }

  private var facts: [(name: String, value: String)] {
    var facts: [(String, String)] = []
    if let average = report.averageAccuracy { facts.append(("average accuracy", "\(Numbers.percent(average)) %")) }
    if let first = run.meanLosses.first, let last = run.meanLosses.last {
      facts.append(("mean loss, first → last", "\(Numbers.decimal(first)) → \(Numbers.decimal(last))"))
      facts.append(("steps", "\(report.entropy.count)"))
    }
    if let share = run.keptShare, let components = report.components {
      facts.append(("components kept", "\(Numbers.percent(share)) % of \(components.total)"))
    }
    facts.append(("time", Numbers.duration(report.seconds.total)))
    if let memory = run.mostMemory { facts.append(("private memory of a rank, at most", Numbers.bytes(memory))) }
    return facts
  }
}
