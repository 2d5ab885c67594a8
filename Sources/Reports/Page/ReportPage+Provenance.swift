import Foundation
import Merging

extension ReportPage {
  /// What a person should know.
  var notes: HTMLPage.Section? {
    guard !report.notes.isEmpty else { return nil }
    return HTMLPage.Section(anchor: "notes", title: "Notes", lead: "", body: HTML.list(report.notes))
  }

  /// The recipe, and the digests of what went in and came out.
  var provenance: HTMLPage.Section? {
    var parts: [String] = []
    if let recipe = run.recipe {
      parts.append(HTML.details("The recipe as run", "<pre>\(HTML.escaped(recipe))</pre>"))
    }
    // The page cannot hold its own digest.
    let files = (report.files ?? [:]).filter { $0.key != Self.fileName }.sorted { $0.key < $1.key }
    if !files.isEmpty {
      let table = HTMLTable(header: ["file", "SHA-256"], rows: files.map { [.text($0.key), .code($0.value)] })
      parts.append(HTML.details("Files of the merged model", table.html(label: "Files of the merged model")))
    }
    if let inputs = report.inputs, !inputs.isEmpty {
      let table = HTMLTable(
        header: ["what", "file", "size", "SHA-256"],
        rows: inputs.map { input in
          [
            .text(input.of), .code(input.path), .number(Numbers.bytes(input.bytes), value: Double(input.bytes)),
            .code(input.sha256),
          ]
        })
      parts.append(HTML.details("What it was made from", table.html(label: "Inputs")))
    }
    guard !parts.isEmpty else { return nil }
    return HTMLPage.Section(
      anchor: "provenance", title: "Where it comes from", lead: "", body: parts.joined(separator: "\n"))
  }
}
