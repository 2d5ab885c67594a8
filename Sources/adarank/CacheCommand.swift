import ArgumentParser
import Communication
import Foundation
import Merging
import Recipes
import Reports

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Lists or cleans the singular components that merges keep on disk.",
    discussion: """
      A merge keeps the factors of every task vector, so that the next merge of the same models need not factor again. What \
      was used longest ago goes first when a merge ends with more than the recipe's cache_size. Cleaning never harms a \
      merge that is running.

        adarank cache
        adarank cache --clean 20GB
        adarank cache --clean 0
      """)

  @Option(
    help: ArgumentHelp("The recipe's scratch_dir; default: that of recipes which name none.", valueName: "folder"))
  var folder: String = FactorCache.defaultFolder

  @Option(help: ArgumentHelp("Remove what was used longest ago, until this much stays.", valueName: "size"))
  var clean: String?

  @Flag(help: "Name every entry, not only how many there are.")
  var verbose = false

  func run() throws {
    guard World.launchedRank() == 0 else { return }
    let cache = FactorCache(folder: folder, limit: .max)
    if let clean {
      guard let bytes = ByteSize.parse(clean) else {
        throw ValidationError("--clean needs a size such as 20GB, or 0 for everything.")
      }
      let removed = cache.shrink(to: bytes)
      print("removed \(Self.summary(removed))")
    }
    let entries = cache.entries()
    print("\(folder): \(Self.summary(entries))")
    guard verbose, !entries.isEmpty else { return }
    let form = ISO8601DateFormatter()
    print(
      "\n"
        + TextTable(
          header: ["last use", "size", "factors of"],
          rows: entries.map {
            [
              form.string(from: Date(timeIntervalSince1970: $0.lastUse)), Numbers.bytes($0.bytes),
              FactorCache.description(of: $0),
            ]
          }
        ).text)
  }

  private static func summary(_ entries: [FactorCache.Entry]) -> String {
    entries.isEmpty
      ? "nothing"
      : "\(entries.count) decomposition\(entries.count == 1 ? "" : "s"), "
        + Numbers.bytes(entries.reduce(0) { $0 + $1.bytes })
  }
}
