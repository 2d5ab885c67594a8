import ArgumentParser
import Communication
import Foundation
import Merging
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Makes the page of a merge again, or one that compares several.",
    discussion: """
      Every merge writes report.html into its folder: results, losses, kept components, spectra, time and memory, in one \
      file that loads nothing. This makes the page again from report.json, components.safetensors and recipe.yaml. Of \
      several folders it makes one page with the settings that differ, results by task, losses, time and memory side by \
      side; NAME= before a folder gives it a name, and folders of the same name are called by their parents' names too.

        adarank report merged/
        adarank report merged/ --output page.html
        adarank report a/ b/ "AdaRank=c/" --output comparison.html
      """)

  @Option(help: ArgumentHelp("The page to write; one of this program is replaced.", valueName: "file"))
  var output = "report.html"

  @Flag(help: "Replace the output whatever it is.")
  var overwrite = false

  @Argument(help: ArgumentHelp("Merged folders.", valueName: "name=folder"))
  var folders: [String]

  func run() throws {
    // Ranks that were started together would all write the same.
    guard World.launchedRank() == 0 else { return }
    var findings: [String] = []
    let named = folders.map(NamedPath.parse)
    let runs = zip(named, RunNames.names(named)).compactMap { folder, name -> MergedRun? in
      do { return try MergedRun(path: folder.path, name: name) } catch {
        findings += (error as? InputError)?.findings ?? ["\(error)"]
        return nil
      }
    }
    if let finding = refusal { findings.append(finding) }
    guard findings.isEmpty else { throw InputError(findings) }
    let page = runs.count == 1 ? ReportPage(runs[0]).html : ComparisonPage(runs).html
    do {
      try Data(page.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw InputError(["\(output) cannot be written: \(error.localizedDescription)"])
    }
    print(output)
  }

  /// Why the output may not be written; nil: it may.
  private var refusal: String? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: output, isDirectory: &isFolder) else { return nil }
    if isFolder.boolValue { return "\(output) is a folder; --output needs a file" }
    guard !overwrite else { return nil }
    let file = URL(fileURLWithPath: output)
    let beginning = (try? FileHandle(forReadingFrom: file)).flatMap { try? $0.read(upToCount: 1_000) } ?? Data()
    if !ReportPage.isPage(beginning) { return "\(output) is no page of adarank; --overwrite replaces it" }
    // A merged folder's own page is in its report with its digest.
    let json = FileManager.default.contents(atPath: file.deletingLastPathComponent().path + "/report.json")
    let report = json.flatMap { try? MergeReport(json: $0) }
    guard report?.files?[file.lastPathComponent] != nil else { return nil }
    return "\(output) belongs to a merged folder, whose report.json has its digest; name another --output"
  }
}
