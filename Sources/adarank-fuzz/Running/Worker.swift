import Foundation
import Glibc

/// Reads cases one after the other in a process of its own, which a reader may end.
struct Worker {
  /// Where a worker leaves what its parent reads.
  struct Files {
    let folder: String

    var board: String { "\(folder)/board" }
    /// A finding as JSON in each line.
    var findings: String { "\(folder)/findings.jsonl" }
    var errors: String { "\(folder)/errors" }
    var seeds: String { "\(folder)/seeds" }
  }

  /// What every read may take besides the file's size: tables that are made at the first use, and memory that was freed
  /// and is kept for later.
  static let usualAllowance = 64 << 20
  /// The most that addresses may grow: where a reader asks for more, it ends.
  private static let addressAllowance = 4 << 30

  let reader: any FuzzedReader
  let seed: UInt64
  let numbers: Range<Int>
  /// When to stop, in seconds of the monotonic clock.
  let deadline: Double
  let files: Files

  /// - Throws: where a seed is not read, or the system fails.
  func run() throws {
    let board = try Board(path: files.board)
    let seeds = try reader.seeds()
    let folders = try SeedFolders(seeds, in: files.seeds)
    for (index, seed) in seeds.enumerated() {
      let outcome = Outcome(of: reader, in: folders.folder(index))
      guard case .read = outcome else { throw UnreadableSeed(name: seed.name, outcome: outcome) }
    }
    try limitResources()
    board[.firstPrivateBytes] = ResidentMemory().privateBytes
    let parent = getppid()
    for number in numbers where getppid() == parent {
      board[.current] = number + 1
      let start = Clock.seconds
      try read(FuzzCase(reader: reader.name, seeds: seeds, seed: seed, number: number), number, folders, board)
      let nanoseconds = Int((Clock.seconds - start) * 1e9)
      if nanoseconds > board[.slowest] { (board[.slowest], board[.slowestNumber]) = (nanoseconds, number) }
      board[.done] += 1
      if Clock.seconds > deadline { break }
    }
    board[.privateBytes] = ResidentMemory().privateBytes
  }

  private func read(_ changed: FuzzCase, _ number: Int, _ folders: SeedFolders, _ board: Board) throws {
    try folders.with(changed) { folder in
      ResidentMemory.forgetPeak()
      let before = ResidentMemory().peak
      let outcome = Outcome(of: reader, in: folder)
      let count = changed.mutated.bytes.count
      let growth = ResidentMemory().peak - before - count
      if growth > board[.largestGrowth] { (board[.largestGrowth], board[.largestGrowthNumber]) = (growth, number) }
      if case .read = outcome { board[.accepted] += 1 } else { board[.refused] += 1 }

      let allowance = Self.usualAllowance + reader.allowance(for: changed.mutated.bytes)
      if growth > allowance {
        try report(.memory, number, "memory grew by \(growth + count) bytes for a file of \(count)")
      }
      switch outcome {
      case .read:
        if reader.refusesWrongFiles, let wrongness = changed.mutated.wrongness {
          try report(.accepted, number, "it was read, though \(wrongness)")
        }
      case .refused(let message):
        if message.isEmpty { try report(.foreignError, number, "the error has no message") }
      case .violation(let text): try report(.violation, number, text)
      case .foreignError(let text): try report(.foreignError, number, text)
      }
      let again = Outcome(of: reader, in: folder)
      if again != outcome { try report(.unsteady, number, "read first as \(outcome), and then as \(again)") }
    }
  }

  private func report(_ kind: Finding.Kind, _ number: Int, _ text: String) throws {
    let finding = Finding(kind: kind, number: number, text: String(text.prefix(2_000)))
    let line = try JSONEncoder().encode(finding) + Data("\n".utf8)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: files.findings))
    try file.seekToEnd()
    try file.write(contentsOf: line)
    try file.close()
  }

  /// Lets the system end this process where it takes too much, and write no image of its memory.
  private func limitResources() throws {
    let addresses = ResidentMemory().addressSpace + Self.addressAllowance
    for (resource, most) in [(RLIMIT_CORE, 0), (RLIMIT_AS, addresses), (RLIMIT_CPU, 1_800)] {
      var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
      guard setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { throw SystemProblem("set a limit") }
    }
  }
}

/// A file that should be valid is refused: the fuzzer is wrong, or the reader is.
struct UnreadableSeed: Error, CustomStringConvertible {
  let name: String
  let outcome: Outcome

  var description: String { "the seed \(name) is not read: \(outcome)" }
}

/// Time that never goes back.
enum Clock {
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
