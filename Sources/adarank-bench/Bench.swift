import ArgumentParser
import Foundation
import Launch
import LinearAlgebra
import Merging

/// The measurements: what this machine can do, and how near to it a merge comes.
@main
enum BenchProgram {
  static func main() {
    // Before MPI and the first product: the process may be replaced.
    BLASKernel.ensureBest()
    Bench.main()
  }
}

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adarank-bench",
    abstract: "Measures this machine, and a merge at real size against it.",
    discussion: """
      Start it as you start a merge, under the same mpirun. Every figure is a median with its smallest and largest value;
      what a rate is compared to was measured in the same run. Models are synthetic, written once into a scratch folder.
      """,
    version: "adarank-bench \(Version.text)",
    subcommands: [LimitCommand.self, StepCommand.self, FactorCommand.self, StaticCommand.self, ScalingCommand.self])
}

/// What every measurement accepts.
struct BenchOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Worker threads of each rank; default: the node's share.", valueName: "n"))
  var threads: Int?

  @Option(help: ArgumentHelp("How often each thing is measured.", valueName: "n"))
  var repetitions = 5

  @Flag(help: "Print JSON instead of tables.")
  var json = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    if repetitions < 1 { throw ValidationError("--repetitions must be at least 1.") }
  }
}

/// Which synthetic models a measurement works on.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("\(Architecture.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
  var model = Architecture.vitB32

  @Option(help: ArgumentHelp("How many fine-tuned models.", valueName: "n"))
  var tasks = 8

  @Option(
    help: ArgumentHelp(
      "Where synthetic models are kept; default: the cache's folder. They are written once.", valueName: "folder"))
  var scratch: String = FactorCache.defaultFolder + "/bench"

  func validate() throws {
    if tasks < 1 { throw ValidationError("--tasks must be at least 1.") }
  }
}
