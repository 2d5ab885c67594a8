import Testing

@testable import Checkpoints

@Suite struct StackedMarksTests {
  private func firstExcess(_ text: String, escapes: Bool = false) -> Int? {
    Array(text.utf8).withUnsafeBytes { StackedMarks.firstExcess(in: $0, escapes: escapes) }
  }

  /// Marks of two classes, in an order that is not theirs.
  private func marks(_ count: Int, _ first: String = "\u{301}", _ second: String = "\u{323}") -> String {
    (0..<count).map { $0.isMultiple(of: 2) ? first : second }.joined()
  }

  @Test func marksAreCountedFromALetterOn() {
    #expect(firstExcess("e" + marks(StackedMarks.most)) == nil)
    #expect(firstExcess("e" + marks(StackedMarks.most + 1)) == 1 + 2 * StackedMarks.most)
    #expect(firstExcess("e" + marks(600) + "漢" + marks(600)) == nil)
    #expect(firstExcess("\u{1D157}" + marks(1_001, "\u{1D165}", "\u{1D16D}")) == 4 * 1_001)
  }

  @Test func escapesAreCharactersWhereTheyAre() {
    let text = "\"e" + marks(1_001, #"\u0301"#, #"\u0323"#)
    #expect(firstExcess(text, escapes: true) == 2 + 6 * 1_000)
    #expect(firstExcess(text) == nil)
    #expect(firstExcess(marks(1_001, #"\ud834\udd65"#, #"\uD834\uDD6D"#), escapes: true) == 12 * 1_000)
    #expect(firstExcess(marks(2_000, #"\ud83d\ude00"#, #"\u6f22"#), escapes: true) == nil)
    // A backslash before a backslash escapes that.
    #expect(firstExcess(marks(2_000, #"\\u0301"#, #"\\u0323"#), escapes: true) == nil)
  }

  @Test func whatIsNoTextIsPassedOver() {
    for bytes in [[0xFF, 0xC2], [0xF4, 0x90], [0x80, 0x80], [0x5C], [0x5C, 0x75, 0x30], [0xE0, 0xCC]] as [[UInt8]] {
      #expect(bytes.withUnsafeBytes { StackedMarks.firstExcess(in: $0, escapes: true) } == nil)
    }
  }

  /// The literal bytes of a header that took minutes: its name is a letter under a hundred thousand accents.
  @Test func readersRefuseThem() {
    let name = "e" + marks(100_000)
    let header = #"{"\#(name)":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#
    #expect(throws: CheckpointError.stackedMarks(path: "f", offset: 2 + 1 + 2_000)) {
      try fileBytes(header).withUnsafeBytes { try SafetensorsHeader(parsing: $0, path: "f") }
    }
    let escaped = #"{"a":"e\#(marks(100_000, #"\u0301"#, #"\u0323"#))"}"#
    #expect(throws: CheckpointError.stackedMarks(path: "f", offset: 7 + 6_000)) {
      try JSONValue(parsing: Array(escaped.utf8), path: "f")
    }
  }
}
