import Communication
import Foundation
import LinearAlgebra

/// What is looked at before anything is computed: files, room on disks and in memory, and whether all ranks run the same.
package struct Preflight: Equatable, Sendable {
  /// The folder that the merge will make; nil: none.
  package var output: String?
  /// Whether too little room is only said, and the merge begins all the same: containers may say less than they give.
  package var ignoresSpace: Bool

  package init(output: String? = nil, ignoresSpace: Bool = false) {
    self.output = output
    self.ignoresSpace = ignoresSpace
  }

  /// Looks. Collective.
  ///
  /// - Parameters:
  ///   - threads: of this rank.
  ///   - memory: what this rank may use for learning, in bytes.
  /// - Returns: what is good to know, the same on every rank.
  /// - Throws: `AgreedFailure` with everything that is wrong.
  func check(_ collection: Collection, job: Job, threads: Int, memory: Int?) throws -> [String] {
    var result = try ofNode(collection, job: job, threads: threads, memory: memory)
    if job.isCoordinator, let output {
      result.findings += Self.findings(SpacePlan(collection), output: output, space: DiskSpace(of: parent(of: output)))
    }
    if ignoresSpace {
      result.notes += result.findings
      result.findings = []
    }
    let kernels = try ofRanks(collection, job: job)
    result = kernels + result
    result.findings += try FileCheck.findings(collection, job: job)
    try job.agree(on: result.findings)
    var known: Set<String> = [""]
    return try job.world.gatherToAll(result.notes.joined(separator: "\n"))
      .flatMap { $0.split(separator: "\n").map(String.init) }.filter { known.insert($0).inserted }
  }

  /// Whether this rank's node has room, said by its first rank.
  private func ofNode(
    _ collection: Collection, job: Job, threads: Int, memory: Int?
  ) throws -> PreflightFindings {
    // Where texts could not be read, their length is not known either.
    let own =
      collection.isMeasurable
      ? NodeNeed(collection, topology: job.topology, rank: job.rank, threads: threads, budget: memory) : NodeNeed()
    let sums = try job.node.sum([own.own, own.factors])
    guard job.node.rank == 0 else { return PreflightFindings() }
    var need = own
    (need.ranks, need.own, need.factors) = (job.node.size, sums[0], sums[1])
    return NodeRoom(for: collection.request).check(need, host: World.hostName)
  }

  /// Whether all ranks compute alike, said by rank 0.
  private func ofRanks(_ collection: Collection, job: Job) throws -> PreflightFindings {
    let program = FileCheck.File(path: "/proc/self/exe").bytes ?? 0
    let own = "\(World.hostName)\t\(BLASKernel.name)\t\(program)"
    let ranks = try job.world.gatherToAll(own).map { text in
      let parts = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return KernelCheck.Rank(host: parts[0], kernel: parts[1], programBytes: Int(parts[2]) ?? 0)
    }
    guard job.isCoordinator else { return PreflightFindings() }
    let mustAgree =
      collection.request.method.learns && TeamPlan.exchange(collection, topology: job.topology) == .components
    return KernelCheck.findings(ranks, mustAgree: mustAgree)
  }

  /// Adds to a plan what a merge would find on nodes like this machine.
  package func look(into plan: inout MergePlan, request: MergeRequest) {
    if let output {
      plan.findings += Self.findings(plan.space, output: output, space: DiskSpace(of: parent(of: output)))
    }
    let most = plan.perNode.max { ($0.memory, $0.factors) < ($1.memory, $1.factors) }
    let node = NodeRoom(for: request).check(most!, host: "this machine, as a node")
    plan.findings += node.findings
    plan.notes += node.notes
  }

  /// Whether the output finds room.
  ///
  /// - Parameter space: of the disk that it will lie on.
  package static func findings(_ plan: SpacePlan, output: String, space: DiskSpace) -> [String] {
    let wanted = plan.output + plan.checkpoints
    guard wanted > space.available else { return [] }
    let checkpoints = plan.checkpoints > 0 ? ", of it \(bytes(plan.checkpoints)) for checkpoints" : ""
    return [
      "\(output): needs \(bytes(wanted)) of disk\(checkpoints), and \(bytes(space.available)) are free; free some space, "
        + "choose another place, or a smaller dtype (--ignore-space begins all the same)"
    ]
  }

  private static func bytes(_ count: Int) -> String { scaled(Double(count), unit: "B") }

  /// The folder that a path lies in.
  private func parent(of path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().path
  }
}
