import Communication

/// What a node has for a merge.
package struct NodeRoom: Equatable, Sendable {
  /// Nil where the system does not say.
  var memory: NodeMemory?
  /// Where MPI keeps memory that ranks share, and the room there; nil where it does not say, and where nothing is shared: it
  /// takes MPI a quarter of a second to say it.
  var sharedFolder: String?
  var sharedSpace: DiskSpace?
  /// Where singular components are kept and the room there, with what is in the cache already; nil: they stay in memory.
  var cacheFolder: String?
  var cacheSpace: DiskSpace?
  var cachedBytes = 0

  init() {}

  /// This machine's, now.
  package init(for request: MergeRequest) {
    memory = .now
    if request.sharesWeights {
      let shared = World.sharedMemoryFolder ?? "/dev/shm"
      (sharedFolder, sharedSpace) = (shared, DiskSpace(of: shared))
    }
    guard let cache = request.cache else { return }
    (cacheFolder, cacheSpace) = (cache.folder, DiskSpace(ofFuture: cache.folder))
    cachedBytes = cache.entries().reduce(0) { $0 + $1.bytes }
  }

  /// How many bytes of factors the cache can take; those that it has may be the ones that are needed.
  var cacheRoom: Int {
    guard let cacheSpace, !cacheSpace.isMemory else { return 0 }
    return max(0, cacheSpace.available - FactorCache.reserve) + cachedBytes
  }
}

/// What is found before a merge begins.
package struct PreflightFindings: Equatable, Sendable {
  /// What must be changed.
  package var findings: [String] = []
  /// What is good to know.
  package var notes: [String] = []

  package init() {}

  static func + (left: PreflightFindings, right: PreflightFindings) -> PreflightFindings {
    var sum = left
    sum.findings += right.findings
    sum.notes += right.notes
    return sum
  }
}

extension NodeRoom {
  /// The part of the memory from which on a node is called nearly full.
  private static let tight = 0.8
  /// The part of it that factors must take to be worth a word.
  private static let notable = 0.02

  /// Whether a node's ranks find the room that they need.
  ///
  /// - Parameter host: how messages call the node.
  package func check(_ need: NodeNeed, host: String) -> PreflightFindings {
    var result = PreflightFindings()
    let ranks = need.ranks == 1 ? "its rank needs" : "its \(need.ranks) ranks together need"
    let overflow = max(0, need.factors - cacheRoom)
    if let cacheFolder, Double(overflow) > Self.notable * Double(memory?.available ?? 0) {
      result.notes.append(
        "\(host): singular components take \(bytes(need.factors)), and "
          + (cacheSpace?.isMemory == true
            ? "\(cacheFolder) lies in memory" : "\(cacheFolder) has room for \(bytes(cacheRoom))")
          + ": \(bytes(overflow)) of them stay in memory; 'scratch_dir' may name a disk with more room")
    }
    if let memory {
      let wanted = need.memory + overflow
      let limit = memory.group.map { " (by the limit of \($0))" } ?? ""
      let share = overflow > 0 ? ", of it \(bytes(overflow)) for singular components that find no room on the disk" : ""
      let sentence =
        "\(host): \(ranks) \(bytes(wanted)) of memory\(share), and \(bytes(memory.available)) are available\(limit)"
      if wanted > memory.available {
        result.findings.append(
          "\(sentence); take more nodes or fewer ranks on each, a smaller batch_size or --memory"
            + (overflow > 0 ? ", or a scratch_dir with more room" : "") + " (--ignore-space begins all the same)")
      } else if Double(wanted) > Self.tight * Double(memory.available) {
        result.notes.append("\(sentence): little is left for mapped files, which will be slow to read")
      }
    }
    // One rank alone takes ordinary memory.
    if need.ranks > 1, need.shared > 0, let sharedFolder, let sharedSpace, sharedSpace.available < need.shared {
      result.findings.append(
        "\(host): its ranks share \(bytes(need.shared)) of memory in a file under \(sharedFolder), which has room for "
          + "\(bytes(sharedSpace.available)); make it larger ('docker run --shm-size'), or give mpirun "
          + "'--mca osc_sm_backing_directory' and a folder on a local disk (--ignore-space begins all the same)")
    }
    return result
  }
}

private func bytes(_ count: Int) -> String { scaled(Double(count), unit: "B") }
