/// Text of people in a page.
enum HTML {
  /// A text in which nothing means anything to a reader of HTML or XML, in elements and in quoted attributes. Control
  /// characters, which XML forbids, become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default:
        let isForbidden =
          scalar.properties.generalCategory == .control || scalar.value == 0xfffe || scalar.value == 0xffff
        result.unicodeScalars.append(isForbidden ? "\u{fffd}" : scalar)
      }
    }
    return result
  }

  static func paragraph(_ text: String) -> String { "<p>\(escaped(text))</p>" }

  static func list(_ items: [String]) -> String {
    "<ul>" + items.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
  }

  /// Drawings side by side, as many as there is room for.
  ///
  /// - Parameter key: what their colours stand for, above them.
  static func panels(_ drawings: [SVGDrawing], key: SVGDrawing? = nil) -> String {
    (key.map { "<div class=\"key\">\($0.inline)</div>\n" } ?? "") + "<div class=\"panels\">"
      + drawings.map { "<div>\($0.inline)</div>" }.joined(separator: "\n") + "</div>"
  }

  /// What may be wider than the screen, and is moved sideways by itself.
  static func scrolling(_ body: String, label: String) -> String {
    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"\(escaped(label))\">\(body)</div>"
  }

  /// What is shown where a reader asks for it.
  static func details(_ summary: String, _ body: String) -> String {
    "<details><summary>\(escaped(summary))</summary>\(body)</details>"
  }
}
