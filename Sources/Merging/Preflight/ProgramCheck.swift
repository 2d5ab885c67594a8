import Communication

/// Whether all ranks run the same version of the program: the first thing that ranks tell each other, for of another version
/// nothing can be taken for granted.
package enum ProgramCheck {
  /// Collective.
  ///
  /// - Parameter version: this rank's.
  /// - Throws: `AgreedFailure` that names ranks, hosts and versions.
  package static func run(_ job: Job, version: String) throws {
    let all = try job.world.gatherToAll("\(World.hostName)\t\(version)").map { text in
      text.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    let finding = finding(all.map { (host: $0[0], version: $0[1]) })
    try job.agree(on: job.isCoordinator ? [finding].compactMap { $0 } : [])
  }

  static func finding(_ ranks: [(host: String, version: String)]) -> String? {
    guard Set(ranks.map(\.version)).count > 1 else { return nil }
    return "the ranks run different versions of the program (\(HostGroups(ranks.map { ($0.host, $0.version) }).text)); "
      + "install the same one on every node"
  }
}
