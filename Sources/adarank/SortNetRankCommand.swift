import ArgumentParser
import Communication
import Foundation
import Merging
import Reports
import SortNet

struct SortNetRankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Orders the documents of every query, best first.",
    discussion: """
      A comparator gives documents places, not scores. Documents are named by their lines in DATA and their comments. \
      Where relevance is known, the measures come first.

        adarank sortnet rank model.safetensors test.txt
        adarank sortnet rank model.safetensors test.txt --measure ndcg@5 --json

      The order of the lines plays no part.
      """)

  @Argument(help: "What 'sortnet train' wrote.")
  var model: String

  @Argument(help: "Documents to order.")
  var data: String

  @Option(help: ArgumentHelp("A measure to print besides map, p@10 and ndcg@10.", valueName: "measure"))
  var measure: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws { _ = try measure.map(RankingMeasure.argument) }

  func run() throws {
    // Ranks that were started together would all say the same.
    guard World.launchedRank() == 0 else { return }
    var files = RankingFiles()
    let model = files.model(model)
    let data = files.data(data, knownFeatures: model?.comparator.featureCount)
    try files.check()
    let further = try measure.map(RankingMeasure.argument)
    let measures =
      SortNetCommand.measures + [further].compactMap { $0 }.filter { !SortNetCommand.measures.contains($0) }
    let report = RankingReport(data!, rankings: model!.rankings(data!), measures: measures)
    print(json ? String(decoding: try JSONEncoder.report.encode(report), as: UTF8.self) : report.text)
  }
}

/// What `sortnet rank` prints.
struct RankingReport: Encodable {
  struct Value: Encodable {
    let measure: String
    let value: Double
  }

  struct Document: Encodable {
    let line: Int
    let relevance: Int?
    let comment: String?
  }

  struct Query: Encodable {
    let query: String
    /// Absent where no relevance is known.
    let measures: [Value]?
    /// Best first.
    let documents: [Document]
  }

  /// Means over the queries.
  let measures: [Value]
  let comparisons: Int
  let queries: [Query]
  private let size: String

  private enum CodingKeys: CodingKey {
    case measures, comparisons, queries
  }

  init(_ data: RankingData, rankings: [Ranking], measures: [RankingMeasure]) {
    self.measures = measures.compactMap { measure in
      measure.mean(of: rankings, of: data).map { Value(measure: measure.name, value: $0) }
    }
    size = data.size
    comparisons = rankings.reduce(0) { $0 + $1.comparisons }
    queries = zip(data.queries, rankings).map { query, ranking in
      let judged = data.judged(ranking.order)
      return Query(
        query: query.name,
        measures: judged.isEmpty ? nil : measures.map { Value(measure: $0.name, value: $0.value(judged)) },
        documents: ranking.order.map { document in
          let comment = data.comments[document]
          return Document(
            line: data.lines[document], relevance: data.relevance[document], comment: comment.isEmpty ? nil : comment)
        })
    }
  }

  /// For people.
  var text: String {
    let values = measures.map { "\($0.measure) \(Numbers.decimal($0.value))" }
    var lines = ["\(size): " + (values.isEmpty ? "no relevance is known" : values.joined(separator: ", "))]
    for query in queries {
      let values = (query.measures ?? []).map { "\($0.measure) \(Numbers.decimal($0.value))" }
      lines += ["", "query \(query.query)" + (values.isEmpty ? "" : ": " + values.joined(separator: ", "))]
      for (place, document) in query.documents.enumerated() {
        lines.append(
          "\(place + 1). line \(document.line)" + (document.relevance.map { ", relevance \($0)" } ?? "")
            + (document.comment.map { "  # \($0)" } ?? ""))
      }
    }
    return lines.joined(separator: "\n")
  }
}
