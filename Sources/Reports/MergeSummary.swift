import Merging

/// What a person reads at the end of a merge.
package struct MergeSummary {
  private let report: MergeReport

  package init(_ report: MergeReport) { self.report = report }

  /// The results by task, with an average where there is one.
  package var results: TextTable {
    let learns = !report.entropy.isEmpty
    let measures = report.averageAccuracy != nil
    var header = ["task", "classes"]
    if learns { header += ["inputs", "first loss", "last loss"] }
    if measures { header += ["test inputs", "accuracy %"] }
    let scores = report.tasks.contains { $0.score != nil }
    if scores { header.append("score") }
    var rows = report.tasks.map { task in
      var row = [task.name, task.classes.map(String.init) ?? "–"]
      if learns {
        row += [
          task.adaptInputs.map(String.init) ?? "–", Numbers.decimal(task.entropyFirst),
          Numbers.decimal(task.entropyLast),
        ]
      }
      if measures { row += [task.evaluateInputs.map(String.init) ?? "–", Numbers.percent(task.accuracy)] }
      if scores { row.append(Numbers.score(task.score, task.metric)) }
      return row
    }
    if let average = report.averageAccuracy {
      let place = header.firstIndex(of: "accuracy %")!
      rows.append(
        ["average"] + (1..<header.count).map { $0 == place ? Numbers.percent(average) : "" })
    }
    return TextTable(header: header, rows: rows)
  }

  /// How the coefficient was chosen, where it was.
  package var search: TextTable? {
    guard let search = report.search else { return nil }
    let hasFractions = search.keptFraction != nil
    return TextTable(
      header: ["merge_coefficient"] + (hasFractions ? ["kept fraction"] : []) + ["agreement %", ""],
      rows: search.trials.map { trial in
        let isChosen = trial.mergeCoefficient == search.mergeCoefficient && trial.keptFraction == search.keptFraction
        return ["\(trial.mergeCoefficient)"] + (hasFractions ? [trial.keptFraction.map { "\($0)" } ?? ""] : [])
          + [Numbers.percent(trial.mean), isChosen ? "chosen" : ""]
      })
  }

  /// What each rank did.
  package var ranks: TextTable {
    TextTable(
      header: ["rank", "operations", "read", "sent", "waited", "private memory"],
      rows: report.perRank.enumerated().map { rank, own in
        [
          "\(rank)", Numbers.operations(own.operations), Numbers.bytes(own.bytesRead), Numbers.bytes(own.bytesSent),
          Numbers.duration(own.waitingSeconds), Numbers.bytes(own.peakPrivateBytes),
        ]
      })
  }

  /// One line about components, where masks were learnt.
  package var components: String? {
    report.components.map { components in
      "components kept: \(components.kept) of \(components.total); \(components.flipped) changed since the beginning"
    }
  }

  /// One line about time.
  package var time: String {
    let seconds = report.seconds
    let shown = MergeReport.Seconds.Part.allCases.filter { seconds[$0] >= 0.05 }
      .map { "\($0.name(learns: !report.entropy.isEmpty)) \(Numbers.duration(seconds[$0]))" }.joined(separator: ", ")
    return "time: \(Numbers.duration(seconds.total))" + (shown.isEmpty ? "" : " (\(shown))")
      + " on \(Numbers.counted(report.ranks, "rank")) of \(Numbers.counted(report.threadsPerRank, "thread"))"
      + ", BLAS kernel \(report.blas)"
  }
}

extension MergeReport.Seconds.Part {
  /// What a person reads.
  ///
  /// - Parameter learns: whether the method does.
  func name(learns: Bool) -> String {
    switch self {
    case .read: "reading"
    case .factor: "factoring"
    case .adapt: learns ? "adapting" : "merging"
    case .survey: "surveying"
    case .evaluate: "evaluating"
    case .gather: "writing"
    }
  }
}
