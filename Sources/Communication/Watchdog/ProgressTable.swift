/// What rank 0 knows of every rank's progress, and its judgement: free of MPI and of clocks.
struct ProgressTable {
  private struct Entry {
    var report: ActivityReport
    /// When something was heard of the rank.
    var heard: Double
    /// When it had last got something done.
    var advanced: Double
    /// When it had last got something done or computed.
    var alive: Double
    /// When the effort was noted with which the next one is compared, and that effort.
    var measured: (time: Double, effort: Effort)
  }

  private var entries: [Entry]
  private let hosts: [String]
  private let limit: Double
  /// How much sooner than the limit a rank counts too, once another has reached it.
  private let slack: Double

  /// How many times the limit a rank may compute without finishing anything.
  static let patience = 10.0

  /// - Parameters:
  ///   - hosts: by rank.
  ///   - limit: for how many seconds a rank may stand still.
  ///   - interval: the seconds between two reports of a rank.
  init(hosts: [String], limit: Double, interval: Double, place: Place) {
    self.hosts = hosts
    self.limit = limit
    slack = 3 * interval
    let nothing = Effort(processor: 0, transfers: 0)
    let report = ActivityReport(done: 0, effort: nothing, awaited: nil, place: place)
    entries = hosts.map { _ in Entry(report: report, heard: 0, advanced: 0, alive: 0, measured: (0, nothing)) }
  }

  /// Notes what a rank says of itself.
  ///
  /// - Parameter time: now, in seconds since the table was made.
  mutating func note(_ report: ActivityReport, of rank: Int, at time: Double) {
    entries[rank].heard = time
    if report.done != entries[rank].report.done {
      entries[rank].advanced = time
      entries[rank].alive = time
    }
    // Over a while, for the clock of processor time is coarse.
    let measured = entries[rank].measured
    if time - measured.time >= slack {
      if report.effort.isMore(than: measured.effort, after: time - measured.time) { entries[rank].alive = time }
      entries[rank].measured = (time, report.effort)
    }
    entries[rank].report = report
  }

  /// What keeps the job from going on; nil: nothing.
  ///
  /// A rank that waits is never the cause, however long it waits, as long as another one gets something done.
  func standstill(at time: Double) -> Standstill? {
    find(.silent, at: time, for: limit) { $0.heard }
      ?? find(.idle, at: time, for: limit) { $0.report.awaited == nil ? $0.alive : time }
      ?? find(.endless, at: time, for: Self.patience * limit) { $0.report.awaited == nil ? $0.advanced : time }
      ?? deadlock(at: time)
  }

  /// - Parameter since: the moment from which on a rank is at fault; `time` where it is not.
  private func find(
    _ kind: Standstill.Kind, at time: Double, for limit: Double, since: (Entry) -> Double
  ) -> Standstill? {
    var longest = 0.0
    for entry in entries { longest = max(longest, time - since(entry)) }
    guard longest > limit else { return nil }
    let culprits = entries.indices.filter { time - since(entries[$0]) > max(0, limit - slack) }
    return Standstill(
      kind: kind,
      culprits: culprits.map {
        Standstill.Culprit(rank: $0, host: hosts[$0], place: entries[$0].report.place.words)
      },
      waiting: waiting(except: Set(culprits)), seconds: longest)
  }

  private func deadlock(at time: Double) -> Standstill? {
    var last = 0.0
    for entry in entries { last = max(last, entry.report.awaited == nil ? time : entry.advanced) }
    guard time - last > limit else { return nil }
    return Standstill(kind: .deadlock, culprits: [], waiting: waiting(except: []), seconds: time - last)
  }

  private func waiting(except culprits: Set<Int>) -> [Standstill.Waiting] {
    var groups: [(what: Awaited, ranks: [Int])] = []
    for (rank, entry) in entries.enumerated() where !culprits.contains(rank) {
      guard let awaited = entry.report.awaited else { continue }
      if let group = groups.firstIndex(where: { $0.what == awaited }) {
        groups[group].ranks.append(rank)
      } else {
        groups.append((awaited, [rank]))
      }
    }
    return groups.map { Standstill.Waiting(ranks: $0.ranks, what: $0.what.words) }
  }
}
