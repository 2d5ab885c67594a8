import Foundation
import Merging

extension ReportPage {
  /// Ranks that are shown at most.
  private static var mostRanks: Int { 32 }

  /// Where the time went.
  var time: HTMLPage.Section? {
    let phases = run.phases.filter { $0.seconds > 0 }
    var drawings: [SVGDrawing] = []
    var lead = "The whole run took \(Numbers.duration(report.seconds.total))."
    if !phases.isEmpty {
      drawings.append(
        BarPlot(
          title: "the whole run", xLabel: "seconds", parts: phases.map(\.name),
          bars: [
            BarPlot.Bar(label: "run", parts: phases.map(\.seconds), note: Numbers.duration(report.seconds.total))
          ]
        ).drawing)
    }
    if let parts = partsPlot { drawings.append(parts.drawing) }
    if let steps = stepPlot {
      drawings.append(steps.drawing)
      lead += " " + waiting
    }
    return HTMLPage.Section(anchor: "time", title: "Time", lead: lead, body: HTML.panels(drawings) + ranksTable)
  }

  /// The parts of the run, rank by rank, where there are several.
  private var partsPlot: BarPlot? {
    let ranks = shownRanks.filter { report.perRank[$0].seconds != nil }
    guard ranks.count > 1 else { return nil }
    let parts = MergeReport.Seconds.Part.allCases.filter { part in
      ranks.contains { (report.perRank[$0].seconds?[part.rawValue] ?? 0) > 0 }
    }
    guard !parts.isEmpty else { return nil }
    return BarPlot(
      title: "the whole run by rank", xLabel: "seconds", parts: parts.map { $0.name(learns: !report.entropy.isEmpty) },
      bars: ranks.map { rank in
        let seconds = parts.map { report.perRank[rank].seconds![$0.rawValue] ?? 0 }
        return BarPlot.Bar(label: "rank \(rank)", parts: seconds, note: Numbers.duration(seconds.reduce(0, +)))
      })
  }

  /// The phases of a step, rank by rank.
  private var stepPlot: BarPlot? {
    let names = StepRecord.Phase.allCases.map(\.name)
    let ranks = shownRanks.filter { report.perRank[$0].stepSeconds != nil }
    guard !ranks.isEmpty else { return nil }
    let bars = ranks.map { rank in
      let seconds = report.perRank[rank].stepSeconds!
      let parts = names.map { seconds[$0] ?? 0 }
      return BarPlot.Bar(
        label: "rank \(rank)", parts: parts, note: String(format: "%.3g s", parts.reduce(0, +)),
        mark: seconds["waiting"])
    }
    return BarPlot(
      title: "a step, on average", xLabel: "seconds per step",
      parts: names.map { $0.replacing("_", with: " ") }, bars: bars, markName: "of it waiting for others")
  }

  /// Who waited, and for whom.
  private var waiting: String {
    let waited = report.perRank.enumerated().compactMap { rank, own in
      own.stepSeconds?["waiting"].map { (rank: rank, seconds: $0) }
    }
    guard waited.count > 1, let most = waited.max(by: { $0.seconds < $1.seconds }),
      let least = waited.min(by: { $0.seconds < $1.seconds })
    else { return "" }
    let text =
      "In a step rank \(most.rank) waited longest, \(String(format: "%.2g s", most.seconds)), and rank \(least.rank) least, "
      + String(format: "%.2g s", least.seconds)
    return most.seconds > 2 * least.seconds ? text + ": the others waited for it." : text + "."
  }

  /// All ranks; where there are too many, those that waited least and most.
  private var shownRanks: [Int] {
    let all = Array(report.perRank.indices)
    guard all.count > Self.mostRanks else { return all }
    let sorted = all.sorted { report.perRank[$0].waitingSeconds < report.perRank[$1].waitingSeconds }
    return (sorted.prefix(Self.mostRanks / 2) + sorted.suffix(Self.mostRanks / 2)).sorted()
  }

  private var ranksTable: String {
    guard !report.perRank.isEmpty else { return "" }
    let table = HTMLTable(
      header: ["rank", "operations", "read", "sent", "waited", "private memory"],
      rows: report.perRank.enumerated().map { rank, own in
        [
          .text("\(rank)"), .number(Numbers.operations(own.operations), value: Double(own.operations)),
          .number(Numbers.bytes(own.bytesRead), value: Double(own.bytesRead)),
          .number(Numbers.bytes(own.bytesSent), value: Double(own.bytesSent)),
          .number(Numbers.duration(own.waitingSeconds), value: own.waitingSeconds),
          .number(Numbers.bytes(own.peakPrivateBytes), value: Double(own.peakPrivateBytes)),
        ]
      })
    return HTML.details("What each rank did, in numbers", table.html(label: "Ranks"))
  }

  /// The most private memory that each rank had.
  var memory: HTMLPage.Section? {
    guard !report.perRank.isEmpty else { return nil }
    let unit = (run.mostMemory ?? 0) >= 1_000_000_000 ? (name: "GB", bytes: 1e9) : (name: "MB", bytes: 1e6)
    let plot = BarPlot(
      title: "private memory", xLabel: unit.name, parts: ["private memory"],
      bars: shownRanks.map { rank in
        let bytes = report.perRank[rank].peakPrivateBytes
        return BarPlot.Bar(
          label: "rank \(rank)", parts: [Double(bytes) / unit.bytes], note: Numbers.bytes(bytes))
      }, firstSeries: 5)
    let shown = shownRanks.count
    let lead =
      "The most that each rank had for itself (RssAnon and RssShmem); mapped files are not counted."
      + (shown < report.perRank.count ? " \(shown) of \(report.perRank.count) ranks are shown." : "")
    return HTMLPage.Section(anchor: "memory", title: "Memory", lead: lead, body: HTML.panels([plot.drawing]))
  }
}
