import Foundation
import Merging

/// A page that is one file and loads nothing: no scripts, no fonts, no pictures from elsewhere.
struct HTMLPage {
  /// A part of the page under a heading of its own.
  struct Section {
    /// What links to it.
    let anchor: String
    let title: String
    /// What it shows and how to read it.
    let lead: String
    /// HTML.
    let body: String
  }

  let title: String
  /// One sentence.
  let overview: String
  /// A few numbers that matter most.
  let facts: [(name: String, value: String)]
  /// Below the facts, as HTML.
  var preamble = ""
  let sections: [Section]

  /// What the beginning of such a page holds, and of no other one.
  private static let mark = "<meta name=\"generator\" content=\"adarank "

  /// Whether the beginning of a file is that of such a page.
  static func isPage(_ beginning: Data) -> Bool {
    String(decoding: beginning.prefix(1_000), as: UTF8.self).contains(mark)
  }

  var text: String {
    let links = sections.map { "<a href=\"#\($0.anchor)\">\(HTML.escaped($0.title))</a>" }
    let parts = sections.map { section in
      "<section id=\"\(section.anchor)\">\n<h2>\(HTML.escaped(section.title))</h2>\n"
        + (section.lead.isEmpty ? "" : HTML.paragraph(section.lead) + "\n") + section.body + "\n</section>"
    }
    let facts = self.facts.map { "<div><dt>\(HTML.escaped($0.name))</dt><dd>\(HTML.escaped($0.value))</dd></div>" }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      \(Self.mark)\(Version.text)"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(HTML.escaped(title))</title>
      <style>
      \(PageStyle.css)
      </style>
      </head>
      <body>
      <main>
      <h1>\(HTML.escaped(title))</h1>
      \(HTML.paragraph(overview))
      <dl class="facts">\(facts.joined())</dl>
      \(preamble)
      <nav aria-label="Sections">\(links.joined(separator: " "))</nav>
      \(parts.joined(separator: "\n"))
      </main>
      </body>
      </html>

      """
  }
}
