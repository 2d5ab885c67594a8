import Glibc

/// A job that does not go on: which rank is the cause, since when, and who waits for whom.
package struct Standstill: Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// Ranks from which nothing is heard.
    case silent
    /// Ranks that wait for nobody, finish nothing and use no processor.
    case idle
    /// Ranks that compute and finish nothing.
    case endless
    /// All ranks wait.
    case deadlock
  }

  /// A rank that is the cause.
  package struct Culprit: Equatable, Sendable {
    package let rank: Int
    package let host: String
    /// Its phase, and the last step that it has done.
    package let place: String
  }

  /// Ranks that wait for the same.
  package struct Waiting: Equatable, Sendable {
    package let ranks: [Int]
    package let what: String
  }

  package let kind: Kind
  /// Empty where all ranks wait.
  package let culprits: [Culprit]
  package let waiting: [Waiting]
  /// For how long the first of the culprits has stood still.
  package let seconds: Double
  /// The time of day since when, as `02:13:05`.
  package let since: String

  init(kind: Kind, culprits: [Culprit], waiting: [Waiting], seconds: Double, since: String? = nil) {
    self.kind = kind
    self.culprits = culprits
    self.waiting = waiting
    self.seconds = seconds
    self.since = since ?? Self.timeOfDay(secondsAgo: seconds)
  }

  package var description: String {
    let time = "since \(since) (\(Self.rounded(seconds)) s)"
    let who = culprits.prefix(Self.most).map { "rank \($0.rank) on \($0.host) (\($0.place))" }
    let subject = Self.list(who, of: culprits.count)
    let plural = culprits.count > 1
    let cause =
      switch kind {
      case .silent:
        "\(subject) \(plural ? "have" : "has") said nothing \(time): \(plural ? "the processes are" : "the process is") "
          + "frozen, or a host or the network to it is lost"
      case .idle:
        "\(subject) \(plural ? "stand" : "stands") still \(time), waiting for no other rank: "
          + "\(plural ? "they finish" : "it finishes") nothing and \(plural ? "use" : "uses") no processor; perhaps a disk "
          + "or file server does not answer"
      case .endless:
        "\(subject) \(plural ? "compute" : "computes") and \(plural ? "have" : "has") finished nothing \(time); where "
          + "that is no mistake, give a longer --watchdog, or 0"
      case .deadlock: "all ranks wait for each other \(time)"
      }
    let others = waiting.prefix(Self.most).map { group in
      let ranks = Self.list(group.ranks.prefix(Self.most).map { "\($0)" }, of: group.ranks.count)
      return group.ranks.count > 1 ? "ranks \(ranks) wait \(group.what)" : "rank \(ranks) waits \(group.what)"
    }
    return (["the job stands still: \(cause)"] + others).joined(separator: "; ")
  }

  /// How many of a kind are named.
  private static let most = 16

  private static func rounded(_ seconds: Double) -> String {
    // Not String(format:), for this module does without Foundation.
    let tenths = Int((seconds * 10).rounded())
    return seconds >= 100 || tenths % 10 == 0 ? "\((tenths + 5) / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `a, b and c`, or `a, b and 7 more`.
  private static func list(_ items: [String], of count: Int) -> String {
    let all = items.count < count ? items + ["\(count - items.count) more"] : items
    guard all.count > 1 else { return all.first ?? "" }
    return all.dropLast().joined(separator: ", ") + " and " + all.last!
  }

  private static func timeOfDay(secondsAgo seconds: Double) -> String {
    var moment = time(nil) - Int(seconds)
    var local = tm()
    localtime_r(&moment, &local)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(local.tm_hour)):\(two(local.tm_min)):\(two(local.tm_sec))"
  }
}
