import CLinux
import Communication
import Foundation

/// The processors that a rank may use.
package enum Processors {
  /// How many workers this rank should have, and lets it run on as many cores.
  ///
  /// Launchers bind ranks to processors by rules of their own, one rank alone often to a single one. So a rank that is bound
  /// to fewer cores than it has workers is let loose on all that the system allows it. Collective.
  ///
  /// - Parameter requested: what the person asked for; else the environment's `ADARANK_THREADS`, else the node's
  ///   cores divided by its ranks: products gain nothing from a core's second processor.
  package static func threads(for job: Job, requested: Int?) throws -> Int {
    let bound = allowed()
    allow(Set(0..<bytes * 8))
    let available = allowed()
    let fromEnvironment = ProcessInfo.processInfo.environment["ADARANK_THREADS"].flatMap { Int($0) }
    let threads = max(1, requested ?? fromEnvironment ?? coreCount(of: available) / job.node.size)
    if coreCount(of: bound) >= threads { allow(bound) }
    return threads
  }

  /// The processors that the system lets this thread run on.
  package static func allowed() -> Set<Int> {
    var mask = [UInt8](repeating: 0, count: bytes)
    guard sched_getaffinity(0, UInt(bytes), &mask) >= 0 else { return [0] }
    return Set((0..<bytes * 8).filter { mask[$0 / 8] & (1 << ($0 % 8)) != 0 })
  }

  /// The physical cores that the system lets this program use.
  package static var coreCount: Int {
    let bound = allowed()
    allow(Set(0..<bytes * 8))
    defer { allow(bound) }
    return coreCount(of: allowed())
  }

  /// Parts of the memory that are nearer to some cores than to others (NUMA nodes); at least 1.
  package static var memoryDomains: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/devices/system/node")) ?? []
    return max(1, names.count { $0.wholeMatch(of: /node[0-9]+/) != nil })
  }

  /// How many physical cores some processors are; as many as processors where the system does not say.
  ///
  /// - Parameter siblings: the processors of one processor's core, in words that are the same for all of them.
  static func coreCount(of processors: Set<Int>, siblings: (Int) -> String? = siblings) -> Int {
    let cores = processors.map(siblings)
    return cores.contains(nil) ? processors.count : Set(cores).count
  }

  private static func siblings(of processor: Int) -> String? {
    let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
    return try? String(contentsOfFile: path, encoding: .utf8)
  }

  private static func allow(_ processors: Set<Int>) {
    var mask = [UInt8](repeating: 0, count: bytes)
    for processor in processors where processor < bytes * 8 { mask[processor / 8] |= 1 << (processor % 8) }
    _ = sched_setaffinity(0, UInt(bytes), mask)
  }

  /// The size of a mask: room for 1 024 processors, as the C library's own.
  private static let bytes = 128
}
