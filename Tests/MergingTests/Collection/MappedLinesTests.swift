import Foundation
import Testing

@testable import Merging

@Suite struct MappedLinesTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func lines(_ bytes: [UInt8]) throws -> MappedLines {
    let path = try scratch.write("", as: "x.txt")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try MappedLines(path: path)
  }

  private func texts(_ text: String) throws -> [String] {
    let lines = try lines(Array(text.utf8))
    return try (0..<lines.count).map(lines.text)
  }

  @Test func heapsOfAccentsAreRefused() throws {
    let marks = String(repeating: "\u{301}\u{323}", count: 600)
    let lines = try lines(Array("a\ne\(marks)\n".utf8))
    #expect(try lines.text(0) == "a")
    #expect(throws: InputError(["\(lines.path): line 2 holds a letter with more than 1000 accents"])) {
      try lines.text(1)
    }
  }

  @Test func linesEndAsPeopleEndThem() throws {
    #expect(try texts("") == [])
    #expect(try texts("\n\r\n") == [])
    #expect(try texts("a") == ["a"])
    #expect(try texts("a\n") == ["a"])
    #expect(try texts("\u{FEFF}a\r\n\nb\r\n\r\n\n") == ["a", "", "b"])
    // Only line feeds end lines.
    #expect(try texts("a\rb\u{2028}c\u{0B}d\ne") == ["a\rb\u{2028}c\u{0B}d", "e"])
  }

  @Test func numbersCountEveryLine() throws {
    var lines = try lines(Array("\n \t\r\na\n\nb".utf8))
    #expect(lines.count == 5)
    lines.dropBlank()
    #expect(try (0..<lines.count).map(lines.text) == ["a", "b"])
    #expect((0..<lines.count).map(lines.number) == [3, 5])
  }

  @Test func aLineThatIsNoTextIsNamed() throws {
    let lines = try lines([0x61, 0x0A, 0xFF, 0x0A, 0x62])
    #expect(try lines.text(0) == "a" && lines.text(2) == "b")
    #expect(throws: InputError(["\(lines.path): line 2 is not valid UTF-8"])) { try lines.text(1) }
  }
}
