import Testing

@testable import Tokenizers

@Suite struct TextLinesTests {
  @Test(
    arguments: [
      ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb", ["a", "b"]), ("a\n\n", ["a", ""]), ("\n", [""]),
      ("\u{85}\u{2028}\u{B}\n", ["\u{85}\u{2028}\u{B}"]), ("a\r", ["a"]),
    ] as [(String, [String])])
  func linesEndInLineFeeds(text: String, lines: [String]) throws {
    #expect(try TextLines.lines(of: Array(text.utf8), path: "f") == lines)
  }

  @Test func otherCarriageReturnsAreNamed() {
    let reason = "has a carriage return in its midst"
    #expect(throws: TokenizerError.invalid(path: "f", place: "line 2", reason: reason)) {
      try TextLines.lines(of: Array("a\r\nb\rc\n".utf8), path: "f")
    }
  }
}
