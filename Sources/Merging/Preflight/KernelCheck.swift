/// Whether all ranks compute alike.
///
/// BLAS kernels round differently. In the dense exchange, and in static methods, every number is computed by one owner and
/// travels as it is: ranks stay in step whatever they run, and only the last bits depend on who owns what. That is worth a
/// note. In the components exchange every node factors and rebuilds by itself and must come to the same bytes, or the merge
/// stops after the factoring, when the nodes' components are compared. That is a mistake, and is said before.
enum KernelCheck {
  /// What a rank runs.
  struct Rank: Equatable {
    let host: String
    /// In OpenBLAS's words.
    let kernel: String
    /// The size of the program's file.
    let programBytes: Int
  }

  /// - Parameter mustAgree: whether every node must compute the same bytes.
  static func findings(_ ranks: [Rank], mustAgree: Bool) -> PreflightFindings {
    var result = PreflightFindings()
    if let groups = groups(ranks, by: \.kernel) {
      let sentence = "the ranks run different BLAS kernels (\(groups))"
      let remedy = "OPENBLAS_CORETYPE, set to a kernel that all have, makes them alike"
      if mustAgree {
        result.findings.append(
          "\(sentence), but in the components exchange all nodes must factor to the same bytes: \(remedy), or take "
            + "'exchange: dense'")
      } else {
        result.notes.append("\(sentence), so the last bits depend on which rank computes what: \(remedy)")
      }
    }
    if let groups = groups(ranks, by: { "\($0.programBytes) bytes" }) {
      result.notes.append("the ranks run different builds of this version (\(groups)): is one of them out of date?")
    }
    return result
  }

  /// `ranks 0, 1 on a: Zen; rank 2 on b: Haswell`; nil where all have the same.
  private static func groups(_ ranks: [Rank], by value: (Rank) -> String) -> String? {
    guard Set(ranks.map(value)).count > 1 else { return nil }
    return HostGroups(ranks.map { (host: $0.host, value: value($0)) }).text
  }
}

/// Ranks of a host with the same value, in words.
struct HostGroups {
  let text: String

  private static let most = 8

  init(_ ranks: [(host: String, value: String)]) {
    var groups: [(host: String, value: String, ranks: [Int])] = []
    for (rank, own) in ranks.enumerated() {
      if let group = groups.firstIndex(where: { $0.host == own.host && $0.value == own.value }) {
        groups[group].ranks.append(rank)
      } else {
        groups.append((own.host, own.value, [rank]))
      }
    }
    let words = groups.prefix(Self.most).map { group in
      let numbers = group.ranks.prefix(Self.most).map { "\($0)" }.joined(separator: ", ")
      let more = group.ranks.count > Self.most ? ", …" : ""
      return "\(group.ranks.count == 1 ? "rank" : "ranks") \(numbers)\(more) on \(group.host): \(group.value)"
    }
    text = (words + (groups.count > Self.most ? ["…"] : [])).joined(separator: "; ")
  }
}
