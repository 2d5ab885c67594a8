import ArgumentParser
import Communication
import Foundation
import Glibc
import Launch
import Merging
import Reports
import SortNet

struct SortNetTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a comparator on documents of known relevance.",
    discussion: """
      Every round sorts the documents of TRAIN, adds the pairs that came out wrong to what is learnt from, and learns. Of \
      all rounds' comparators the one that orders the documents of --validate best is written to --out. Then its measures \
      are printed, beside those of a linear ranker that learnt from the same data: what that does as well needs no \
      network.

        adarank sortnet train train.txt --validate vali.txt --out model.safetensors
        adarank sortnet train train.txt --validate vali.txt --measure ndcg@5 \\
          --hidden 32 --seed 1 --out model.safetensors

      Features may have any scale. Those above the last that TRAIN names are left out: nothing is learnt of them. The \
      same files and options give the same model, to the bit.
      """)

  @Argument(help: "Documents to learn from.")
  var train: String

  @Option(
    name: .customLong("validate"),
    help: ArgumentHelp("Documents that choose among the rounds; not those of TRAIN.", valueName: "file"))
  var validation: String

  @Option(help: ArgumentHelp("What they are chosen by: map, p@K or ndcg@K.", valueName: "measure"))
  var measure: String = "map"

  @Option(help: ArgumentHelp("Hidden units; each has a dual besides.", valueName: "n"))
  var hidden: Int = 16

  @Option(help: ArgumentHelp("Of everything that is drawn.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The most rounds of sorting and learning.", valueName: "n"))
  var rounds: Int = TrainingSettings().rounds

  @Option(help: ArgumentHelp("Steps of learning in each round.", valueName: "n"))
  var epochs: Int = TrainingSettings().epochs

  @Option(help: ArgumentHelp("The most pairs that a round adds.", valueName: "n"))
  var pairs: Int = TrainingSettings().newPairs

  @Option(help: ArgumentHelp("The file to write, safetensors.", valueName: "file"))
  var out: String

  @Flag(help: "Replace OUT if it is a model of this command.")
  var overwrite = false

  @Flag(help: "No progress and no tables: only errors.")
  var quiet = false

  func validate() throws {
    _ = try RankingMeasure.argument(measure)
    guard (1...1_024).contains(hidden) else { throw ValidationError("--hidden must be from 1 to 1024.") }
    guard rounds >= 1, epochs >= 1, pairs >= 1 else {
      throw ValidationError("--rounds, --epochs and --pairs must be at least 1.")
    }
  }

  func run() throws {
    // Ranks that were started together would all do the same.
    guard World.launchedRank() == 0 else { return }
    let measure = try RankingMeasure.argument(measure)
    let (training, validation, hasFurther) = try readFiles()
    let settings = TrainingSettings(
      measure: measure, hiddenCount: hidden, seed: seed, rounds: rounds, epochs: epochs, newPairs: pairs)
    let status = StatusLine(isQuiet: quiet)
    let result = IncrementalTraining(training: training, validation: validation, settings: settings).run { round in
      status.show(
        "round \(round.number) of at most \(rounds): \(measure.name) \(Numbers.decimal(round.validation)), "
          + Numbers.counted(round.mistakes, "wrong pair"))
    }
    status.clear()
    do {
      try result.model.write(
        to: out,
        notes: [
          "measure": measure.name, "validation": "\(result.best.validation)", "round": "\(result.best.number)",
          "pairs": "\(result.best.pairs)", "seed": "\(seed)",
        ])
    } catch {
      // Not the person's mistake.
      Complaint.say(error)
      Glibc.exit(ExitStatus.failure)
    }
    guard !quiet else { return }
    print(summary(result, training: training, validation: validation, measure: measure))
    if hasFurther {
      print("\(self.validation): features above \(training.featureCount) were left out, for \(train) has none of them")
    }
  }

  /// The data with the features of the training set, and whether the validation set has further ones.
  private func readFiles() throws -> (training: RankingData, validation: RankingData, hasFurther: Bool) {
    var files = RankingFiles()
    checkOutput(&files)
    let (training, validation) = (files.data(train), files.data(self.validation))
    if let training, training.featureCount == 0 {
      files.note("\(train): no document has a feature")
    } else if let training, !training.hasPairs {
      files.note("\(train): no query has documents of different relevance, so there is no order to learn")
    }
    if let validation, !validation.hasRelevant {
      files.note("\(self.validation): no document is relevant, so no order is better than another")
    }
    if let training, let validation, !validation.fits(featureCount: training.featureCount) {
      files.note(
        "\(train): a document has feature \(training.featureCount), and so many features of the \(validation.count) "
          + "documents of \(self.validation) are more than this program holds in memory: is the number right? If it is, "
          + "number features from 1 without gaps")
    }
    try files.check()
    let count = training!.featureCount
    return (training!, validation!.resized(featureCount: count), validation!.featureCount > count)
  }

  /// Whether the model can be written where it shall be, before time is spent on it.
  private func checkOutput(_ files: inout RankingFiles) {
    for finding in OutputPath.findings(out, overwrite: overwrite) { files.note(finding) }
    if overwrite, access(out, F_OK) == 0, (try? RankingModel(path: out)) == nil {
      files.note("\(out): is not a model that 'sortnet train' wrote, so --overwrite does not replace it")
    }
  }

  private func summary(
    _ result: IncrementalTraining.Result, training: RankingData, validation: RankingData, measure: RankingMeasure
  ) -> String {
    let linear = LinearRanker(training: training, validation: validation, measure: measure, seed: seed)
    let measures = [measure] + SortNetCommand.measures.filter { $0 != measure }
    func row(_ name: String, _ ranker: some DocumentRanker) -> [String] {
      let rankings = ranker.rankings(validation)
      return [name, Numbers.decimal(ranker.quality(measure, of: training))]
        + measures.map { Numbers.decimal($0.mean(of: rankings, of: validation)) }
    }
    let table = TextTable(
      header: ["", "train \(measure.name)"] + measures.map { "validation \($0.name)" },
      rows: [row("SortNet", result.model), row("linear", linear)])
    let (best, last) = (result.best, result.rounds.last!)
    let end =
      last.mistakes == 0 ? "no pair was wrong any more" : last.number == rounds ? "--rounds" : "no wrong pair was new"
    return """
      \(table.text)

      trained on \(training.size), \(Numbers.counted(training.featureCount, "feature")); validated on \(validation.size)
      \(out): the comparator of round \(best.number), trained on \(Numbers.counted(best.pairs, "pair")); ended after \
      round \(last.number): \(end)
      """
  }
}
