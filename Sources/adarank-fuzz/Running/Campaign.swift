import Foundation

/// Gives one reader its cases, in worker after worker, and keeps the files that it should not have taken so.
struct Campaign {
  /// What came of it.
  struct Result {
    let reader: String
    var files = 0
    var refused = 0
    var accepted = 0
    var seconds = 0.0
    var findings: [Finding] = []
    /// The most that memory grew in a case beyond the file's size, in bytes.
    var largestGrowth = 0
    /// The slowest case, in seconds.
    var slowest = 0.0
  }

  let reader: any FuzzedReader
  let seed: UInt64
  let numbers: Range<Int>
  /// In seconds.
  let limit: Double
  /// The processor seconds that a case may take.
  let patience: Double
  /// Where files are kept; nil: nowhere.
  let keep: String?

  /// How many findings are enough.
  private static let mostFindings = 100
  /// So many cases a worker reads. Memory that is lost in each shows in their sum.
  private static let batch = 5_000

  /// - Parameter say: is told of every finding as it is made.
  func run(_ say: (Finding) -> Void) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adarank-fuzz-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let files = Worker.Files(folder: folder)
    let board = try Board(path: files.board)
    let start = Clock.seconds
    var result = Result(reader: reader.name)
    var next = numbers.lowerBound
    while next < numbers.upperBound, Clock.seconds - start < limit, result.findings.count < Self.mostFindings {
      board.clear()
      let batch = next..<min(next + Self.batch, numbers.upperBound)
      let process = try WorkerProcess(
        [
          reader.name, "--worker", folder, "--seed", "\(seed)", "--first", "\(batch.lowerBound)", "--files",
          "\(batch.count)", "--seconds", "\(limit - (Clock.seconds - start))",
        ], files: files)
      let end = process.wait(board, patience: patience)
      var findings = try Self.findings(files)
      switch end {
      case .finished:
        next = batch.lowerBound + board[.done]
        findings += leak(board, batch)
      case .died(let text), .hung(let text):
        guard board[.current] > 0 else { throw WorkerFailure(reader: reader.name, text: text) }
        let number = board[.current] - 1
        next = number + 1
        if case .hung = end {
          findings.append(Finding(kind: .hang, number: number, text: text))
        } else {
          findings.append(Finding(kind: .crash, number: number, text: text))
        }
        result.files += 1
      }
      result.add(board)
      for finding in findings {
        try keep(finding)
        say(finding)
      }
      result.findings += findings
      // Nothing was done, and the time is not up: it never would be.
      if case .finished = end, board[.done] == 0 { break }
    }
    result.seconds = Clock.seconds - start
    return result
  }

  /// Memory that a worker has not given back.
  private func leak(_ board: Board, _ batch: Range<Int>) -> [Finding] {
    let growth = board[.privateBytes] - board[.firstPrivateBytes]
    guard growth > 2 * Worker.usualAllowance else { return [] }
    let text = "private memory grew by \(growth) bytes over cases \(batch) and stayed"
    return [Finding(kind: .memory, number: board[.largestGrowthNumber], text: text)]
  }

  private static func findings(_ files: Worker.Files) throws -> [Finding] {
    let text = try Data(contentsOf: URL(fileURLWithPath: files.findings))
    // A worker that was ended may not have finished the last.
    return text.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Finding.self, from: $0) }
  }

  /// Writes the folder that was read, and what happened.
  private func keep(_ finding: Finding) throws {
    guard let keep else { return }
    let folder = "\(keep)/\(reader.name)-\(seed)-\(finding.number)-\(finding.kind.rawValue)"
    let seeds = try reader.seeds()
    let changed = FuzzCase(reader: reader.name, seeds: seeds, seed: seed, number: finding.number)
    var files = seeds[changed.seed].files
    let file = files[changed.file]
    files[changed.file] = SeedFile(file.name, changed.mutated.bytes, file.form)
    try SeedFolders.write(Seed(name: reader.name, files: files), to: folder)
    let text = """
      \(finding.kind.rawValue): \(finding.text)
      the changed file is \(file.name), of the seed \(seeds[changed.seed].name)
      again: adarank-fuzz \(reader.name) --seed \(seed) --first \(finding.number) --files 1

      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/finding.txt"))
  }
}

extension Campaign.Result {
  fileprivate mutating func add(_ board: Board) {
    files += board[.done]
    refused += board[.refused]
    accepted += board[.accepted]
    largestGrowth = max(largestGrowth, board[.largestGrowth])
    slowest = max(slowest, Double(board[.slowest]) * 1e-9)
  }
}

/// A worker ended before its first case.
private struct WorkerFailure: Error, CustomStringConvertible {
  let reader: String
  let text: String

  var description: String { "\(reader): the worker did not begin: \(text)" }
}
