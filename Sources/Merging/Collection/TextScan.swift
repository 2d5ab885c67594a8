import Communication
import LinearAlgebra
import Synchronization

/// How many tokens some texts have.
struct TokenCounts: Equatable, Sendable {
  var texts = 0
  var tokens = 0
  /// Of one text.
  var most = 0

  mutating func add(_ other: TokenCounts) {
    texts += other.texts
    tokens += other.tokens
    most = max(most, other.most)
  }
}

/// One reading of all texts before anything is computed with them: what is wrong with them and their labels, and how many
/// tokens they have.
///
/// Texts are shared out over the ranks, and a rank's over its workers, in stretches of fixed length.
struct TextScan: Sendable {
  /// What is read.
  struct Subject: Sendable {
    let inputs: TextInputs
    /// K of the head that labels are checked against; nil where there are no labels, or none that are wanted.
    let classCount: Int?
  }

  /// What is wrong with this rank's part, for the first texts where something is.
  let findings: [String]
  /// Of each subject; behind `gather` of all ranks' parts.
  private(set) var counts: [TokenCounts]

  private static let stretch = 64
  private static let mostFindings = 20

  /// Reads a rank's part.
  init(_ subjects: [Subject], rank: Int = 0, ranks: Int = 1, pool: WorkerPool) throws {
    let found = FindingList()
    let counts = Mutex([TokenCounts](repeating: TokenCounts(), count: subjects.count))
    for (place, subject) in subjects.enumerated() {
      let count = subject.inputs.count
      let stretches = (count + Self.stretch - 1) / Self.stretch
      let own = Array(stride(from: rank, to: stretches, by: ranks))
      try pool.run(own.count) { index, _ in
        let first = own[index] * Self.stretch
        var read = TokenCounts()
        for text in first..<min(first + Self.stretch, count) {
          guard found.all.count < Self.mostFindings else { return }
          found.collecting {
            let tokens = try subject.inputs.tokens(text).words.count
            read.add(TokenCounts(texts: 1, tokens: tokens, most: tokens))
            guard let classCount = subject.classCount else { return }
            try subject.inputs.labels.check(row: text, path: subject.inputs.path, classCount: classCount)
          }
        }
        counts.withLock { $0[place].add(read) }
      }
    }
    findings = found.sorted
    self.counts = counts.withLock { $0 }
  }

  /// Brings together what all ranks have counted. Collective.
  mutating func gather(_ job: Job) throws {
    let all = try job.world.gatherToAll(counts.flatMap { [$0.texts, $0.tokens, $0.most] })
    for place in counts.indices {
      counts[place] = TokenCounts()
      for own in all {
        counts[place].add(
          TokenCounts(texts: own[3 * place], tokens: own[3 * place + 1], most: own[3 * place + 2]))
      }
    }
  }
}
