import ArgumentParser
import Foundation
import Reports

/// The fuzzer: gives changed files to everything that reads files.
@main
struct FuzzProgram: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adarank-fuzz",
    abstract: "Gives changed files to the readers of adarank, and says which they do not take well.",
    discussion: """
      Files are made from valid ones, which the program builds itself: bits flip, parts go, come twice or get into other \
      files, numbers become extreme, containers deep. Each case depends on reader, seed and number alone. A reader runs in a \
      process of its own and must, for every file, end in time, take no more memory than the file's size asks for, read the \
      same thing twice, and read nothing that is wrong.

        adarank-fuzz --seconds 60
        adarank-fuzz safetensors recipe --files 100000 --keep found
        adarank-fuzz recipe --seed 7 --first 1234 --files 1

      Readers: \(allReaders.map(\.name).joined(separator: ", ")).
      """)

  @Argument(help: ArgumentHelp("Which readers; default: all of them.", valueName: "reader"))
  var readers: [String] = []

  @Option(help: ArgumentHelp("How many files to give to each reader.", valueName: "n"))
  var files = 10_000

  @Option(help: ArgumentHelp("Which files: the same number gives the same ones.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The number of the first file.", valueName: "n"))
  var first = 0

  @Option(help: ArgumentHelp("How long each reader is given files; default: until it has had all.", valueName: "s"))
  var seconds: Double?

  @Option(help: ArgumentHelp("Keep what goes wrong in this folder.", valueName: "folder"))
  var keep: String?

  @Option(help: ArgumentHelp("How many processor seconds a file may take.", valueName: "s"))
  var patience = 5.0

  @Option(help: .hidden)
  var worker: String?

  func validate() throws {
    for name in readers where Self.reader(name) == nil {
      let known = allReaders.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no reader '\(name)'; there are \(known).")
    }
    if files < 0 || first < 0 || files > Int.max - first {
      throw ValidationError("--files and --first are too large or negative.")
    }
    if patience <= 0 || seconds ?? 1 <= 0 { throw ValidationError("--seconds and --patience must be above 0.") }
  }

  func run() throws {
    let limit = seconds ?? .infinity
    let chosen = readers.isEmpty ? allReaders : readers.compactMap(Self.reader)
    if let worker {
      let own = Worker(
        reader: chosen[0], seed: seed, numbers: first..<first + files, deadline: Clock.seconds + limit,
        files: Worker.Files(folder: worker))
      return try own.run()
    }
    let results = try chosen.map { reader in
      let campaign = Campaign(
        reader: reader, seed: seed, numbers: first..<first + files, limit: limit, patience: patience, keep: keep)
      return try campaign.run { finding in
        let text = "\(reader.name) \(finding.number): \(finding.kind.rawValue): \(finding.text)\n"
        FileHandle.standardError.write(Data(text.utf8))
      }
    }
    print(Self.table(results))
    if results.contains(where: { !$0.findings.isEmpty }) { throw ExitCode(1) }
  }

  private static func reader(_ name: String) -> (any FuzzedReader)? {
    (allReaders + misbehavingReaders).first { $0.name == name }
  }

  private static func table(_ results: [Campaign.Result]) -> String {
    TextTable(
      header: ["reader", "files", "refused", "read", "seconds", "slowest s", "most memory", "findings"],
      rows: results.map { result in
        [
          result.reader, "\(result.files)", "\(result.refused)", "\(result.accepted)",
          String(format: "%.1f", result.seconds), String(format: "%.2f", result.slowest),
          Numbers.bytes(result.largestGrowth), "\(result.findings.count)",
        ]
      }
    ).text
  }
}
