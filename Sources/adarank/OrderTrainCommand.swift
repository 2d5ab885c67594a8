import ArgumentParser
import Communication
import Foundation
import Glibc
import Launch
import Merging
import Priors
import Reports
import SortNet

struct OrderTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learns from finished merges which components are kept.",
    discussion: """
      Every fifth matrix of each merge is kept back, and chooses among the rounds of learning. The same merges and options \
      give the same file, to the bit.

        adarank order train merged-a merged-b --out order.safetensors
      """)

  @Argument(help: "Merged folders, or their components.safetensors.")
  var merged: [String]

  @Option(help: ArgumentHelp("Hidden units; each has a dual besides.", valueName: "n"))
  var hidden: Int = 16

  @Option(help: ArgumentHelp("Of everything that is drawn.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The most rounds of sorting and learning.", valueName: "n"))
  var rounds: Int = 20

  @Option(help: ArgumentHelp("The file to write, safetensors.", valueName: "file"))
  var out: String

  @Flag(help: "Replace the file if there is one.")
  var overwrite = false

  @Flag(help: "No progress and no table: only errors.")
  var quiet = false

  func validate() throws {
    guard (1...1_024).contains(hidden) else { throw ValidationError("--hidden must be from 1 to 1024.") }
    guard rounds >= 1 else { throw ValidationError("--rounds must be at least 1.") }
  }

  func run() throws {
    // Ranks that were started together would all do the same.
    guard World.launchedRank() == 0 else { return }
    let tables = try OrderCommand.tables(merged, besides: OutputPath.findings(out, overwrite: overwrite))
    let status = StatusLine(isQuiet: quiet)
    let order = try ComponentOrder(
      learningFrom: tables, settings: TrainingSettings(hiddenCount: hidden, seed: seed, rounds: rounds)
    ) { round in
      status.show("round \(round.number) of at most \(rounds): map \(Numbers.decimal(round.validation))")
    }
    status.clear()
    do { try order.write(to: out) } catch {
      // Not the person's mistake.
      Complaint.say(error)
      Glibc.exit(ExitStatus.failure)
    }
    guard !quiet else { return }
    let count = tables.reduce(0) { $0 + $1.outcomes().count }
    print(
      "\(out): learnt from \(count) components of \(Numbers.counted(tables.count, "merge")), "
        + "\(Numbers.percent(order.keptFraction)) % of them kept")
  }
}
