import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Recipes

/// The command line.
@main
enum Program {
  static func main() {
    // Before MPI and the first product: the process may be replaced.
    BLASKernel.ensureBest()
    do {
      var command = try AdaRank.parseAsRoot()
      try command.run()
    } catch {
      // Wrong arguments or files, or a request for help: every rank finds the same, rank 0 says it.
      guard World.launchedRank() == 0 else { exit(0) }
      if AdaRank.exitCode(for: error) == .success {
        print(AdaRank.fullMessage(for: error))
        exit(0)
      }
      if error is InputError {
        Complaint.say(error)
      } else {
        Complaint.say(AdaRank.message(for: error))
        let usage = AdaRank.fullMessage(for: error).split(separator: "\n").drop { !$0.hasPrefix("Usage:") }
        FileHandle.standardError.write(Data((usage.joined(separator: "\n") + "\n").utf8))
      }
      exit(ExitStatus.mistake)
    }
  }
}

struct AdaRank: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adarank",
    abstract: "Merges many fine-tuned models into one, on as many processes as you have.",
    discussion: """
      Start it under mpirun to share the work among ranks:

        mpirun -n 4 adarank merge recipe.yaml merged/

      The merged model is the same, to the byte, for any number of ranks and threads.
      """,
    version: "adarank \(Version.text)",
    subcommands: [
      MergeCommand.self, PlanCommand.self, EvaluateCommand.self, CompareCommand.self, ReportCommand.self,
      VerifyCommand.self, BuildCommand.self, RanksCommand.self, InspectCommand.self, CacheCommand.self,
      OrderCommand.self, SortNetCommand.self, DoctorCommand.self,
    ])
}

/// What is to be otherwise than the recipe says.
struct RecipeChanges: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Take VALUE for a key of the recipe; may be given again.", valueName: "key=value"))
  var overrides: [String] = []
}

/// Private memory as a person gives it.
struct MemoryOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Private memory that each rank may use, such as 12GB: activations that find no room are computed again. Default: "
        + "half of what the node has available, shared among its ranks.", valueName: "size"))
  var memory: String?

  /// In bytes.
  var bytes: Int? { memory.flatMap(ByteSize.parse) }

  func validate() throws {
    if memory != nil, bytes == nil { throw ValidationError("--memory needs a size such as 12GB or 800MB.") }
  }
}

/// What every command that computes accepts.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Worker threads of each rank; default: the node's physical cores shared among its ranks.", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Seconds that a rank may stand still before the job is ended, with a message that says which rank does, and who waits "
        + "for whom; 0: for ever. Default: \(Int(Watchdog.usualLimit)).", valueName: "seconds"))
  var watchdog: Double?

  @Flag(help: "No progress, notes or summary: only errors, and what was asked for.")
  var quiet = false

  @Flag(help: "Say more: what every rank did.")
  var verbose = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    if let watchdog, watchdog != 0, !(watchdog >= Watchdog.leastLimit && watchdog < 1e9) {
      throw ValidationError("--watchdog must be a number of seconds, at least \(Int(Watchdog.leastLimit)), or 0.")
    }
  }
}

/// How a merge can be followed where nobody sits at a terminal.
struct LogOption: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Without a terminal, say on standard error how far the merge is: where a phase begins, at the first step, and once a "
        + "minute."))
  var log = false
}

/// What a merge may be told of the room that it finds.
struct SpaceOption: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Begin even where memory or disks seem too small, and only say so: some containers say less than they give."))
  var ignoreSpace = false
}
