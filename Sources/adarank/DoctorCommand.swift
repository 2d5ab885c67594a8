import ArgumentParser
import Communication
import Foundation
import Launch
import LinearAlgebra
import Merging
import Reports

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this machine gives a merge, and what to change.",
    discussion: "Run it as you run a merge, under the same mpirun with the same options.")

  @OptionGroup var options: RunOptions

  func run() throws {
    ParallelRun.run(threads: options.threads, watchdog: options.watchdog) { job, pool in
      let rate = try ProductRate.measured(on: pool)
      let own = [
        World.hostName, "\(pool.threads)", "\(Processors.allowed().count)", BLASKernel.name,
        String(format: "%.0f", rate / 1e9), "\(ProcessMemory.privateBytes)",
      ].joined(separator: "\t")
      let all = try job.world.gatherToAll(own).map { $0.split(separator: "\t").map(String.init) }
      guard job.isCoordinator else { return }
      print("adarank \(Version.text), \(World.library)")
      print("\(Numbers.counted(job.size, "rank")) on \(Numbers.counted(job.topology.nodeCount, "node"))")
      print(BLASKernel.configuration + "\n")
      print(
        TextTable(
          header: ["rank", "host", "threads", "processors", "BLAS kernel", "GFLOP/s", "memory"],
          rows: all.enumerated().map { rank, own in
            ["\(rank)", own[0], own[1], own[2], own[3], own[4], Numbers.bytes(Int(own[5]) ?? 0)]
          }
        ).text)
      let advice = Self.advice(ranks: all, perNode: job.topology.ranksByNode.map(\.count))
      print("\n" + Self.split(cores: Processors.coreCount, domains: Processors.memoryDomains))
      print((advice.isEmpty ? "nothing to change" : advice.joined(separator: "\n")))
    }
  }

  /// Which split of a node's cores into ranks and threads is best, and why.
  static func split(cores: Int, domains: Int) -> String {
    let ranks = max(1, min(domains, cores))
    let threads = max(1, cores / ranks)
    let why =
      ranks == 1
      ? "all cores are as near to all memory, and what exists once per rank then exists once"
      : "\(ranks) memory domains, each with a rank that finds its activations and factors near; more ranks gain nothing "
        + "and hold more"
    let start = ranks == 1 ? "adarank merge …" : "mpirun -n \(ranks) --map-by numa adarank merge …"
    return "best split here: \(Numbers.counted(ranks, "rank")) of \(Numbers.counted(threads, "thread")) on each node "
      + "(\(start)): \(why)"
  }

  private static func advice(ranks: [[String]], perNode: [Int]) -> [String] {
    var advice: [String] = []
    let flags = BLASKernel.processorFlags()
    if let better = BLASKernel.betterKernel(than: BLASKernel.name, processorFlags: flags, environment: [:]) {
      advice.append(
        "OpenBLAS runs the kernel \(BLASKernel.name), but this processor has AVX-512: unset OPENBLAS_CORETYPE, or set it "
          + "to \(better)")
    }
    if Set(ranks.map { $0[3] }).count > 1 {
      advice.append(
        "the ranks run different BLAS kernels, so bytes can depend on which rank computes what: use one kind of "
          + "processor, or set OPENBLAS_CORETYPE to a kernel that all have")
    }
    for (rank, own) in ranks.enumerated() {
      if let threads = Int(own[1]), let processors = Int(own[2]), threads > processors {
        advice.append(
          "rank \(rank) has \(threads) threads on \(processors) processors: give it fewer with --threads, or start "
            + "fewer ranks")
      }
    }
    if let most = perNode.max(), let processors = ranks.first.flatMap({ Int($0[2]) }), most > 1,
      ProcessInfo.processInfo.activeProcessorCount < most
    {
      advice.append(
        "\(most) ranks share \(max(processors, ProcessInfo.processInfo.activeProcessorCount)) processors of a node: "
          + "more ranks than processors gain nothing")
    }
    return advice
  }
}
