import ArgumentParser
import Reports
import SortNet

struct SortNetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sortnet",
    abstract: "Learns to order documents by comparing pairs of them, and orders others.",
    discussion: """
      SortNet (Rigutini et al., arXiv:2311.01864) is a neural network that is shown two documents and says which goes \
      first; an ordinary sort asks it. It learns from the pairs that its own sort got wrong.

        adarank sortnet train train.txt --validate vali.txt --out model.safetensors
        adarank sortnet rank model.safetensors test.txt

      Data are text, as in LETOR: a line for each document, those of a query together.

        RELEVANCE qid:QUERY INDEX:VALUE INDEX:VALUE ... # comment

        2 qid:10 1:0.5 2:0.25 # docid = GX000-00
        0 qid:10 1:0.1 3:-7e-2
        -1 qid:11 1:0.3 2:0.4

      Relevance is a whole number: 0 is not relevant, -1 is not known. Features count from 1 and ascend; those not named \
      are 0. Where a file is wrong, every wrong line is named.

      Measures, from 0 to 1 and averaged over queries: map, the mean average precision; p@K, the share of relevant \
      documents among the first K; ndcg@K, where higher relevance weighs more. A query without a relevant document \
      counts as 0, as in LETOR.
      """,
    subcommands: [SortNetTrainCommand.self, SortNetRankCommand.self])

  /// The measures that are always printed.
  static let measures: [RankingMeasure] = [.meanAveragePrecision, .precision(at: 10), .normalizedGain(at: 10)]
}

extension RankingData {
  /// `1200 documents of 30 queries`.
  var size: String {
    "\(Numbers.counted(count, "document")) of \(queries.count) \(queries.count == 1 ? "query" : "queries")"
  }
}

extension RankingMeasure {
  /// What a person gave as `--measure`.
  static func argument(_ name: String) throws -> RankingMeasure {
    guard let measure = RankingMeasure(name) else {
      throw ValidationError("--measure must be map, p@K or ndcg@K, such as p@10; not '\(name)'.")
    }
    return measure
  }
}
