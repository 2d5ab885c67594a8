import Testing

@testable import Reports

@Suite struct TextTableTests {
  let table = TextTable(
    header: ["task", "type", "accuracy %"],
    rows: [["alpha", "F32", "91.7"], ["β", "BF16", "–"], ["average", "", "5.0"]])

  @Test func putsWordsLeftAndNumbersRight() {
    #expect(
      table.text == """
        task     type  accuracy %
        ───────  ────  ──────────
        alpha    F32         91.7
        β        BF16           –
        average               5.0
        """)
  }

  @Test func writesMarkdown() {
    #expect(
      table.markdown == """
        | task | type | accuracy % |
        | --- | --- | ---: |
        | alpha | F32 | 91.7 |
        | β | BF16 | – |
        | average |  | 5.0 |
        """)
  }

  @Test func keepsTheFirstColumnLeft() {
    let ranks = TextTable(header: ["rank", "read"], rows: [["0", "1.0 MB"], ["10", "12.0 MB"]])
    #expect(
      ranks.text == """
        rank     read
        ────  ───────
        0      1.0 MB
        10    12.0 MB
        """)
  }

  @Test func leavesNoSpaceAtTheEndsOfLines() {
    #expect(TextTable(header: ["a", "word"], rows: [["1", "x"]]).text.split(separator: "\n").last == "1  x")
  }

  @Test func canBeEmpty() {
    #expect(TextTable(header: ["task"], rows: []).text == "task\n────")
  }
}
