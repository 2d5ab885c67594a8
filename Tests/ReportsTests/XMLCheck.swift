import Foundation
import FoundationXML

/// Whether a text is well-formed XML, as every picture and page is.
enum XMLCheck {
  static func accepts(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }
}
