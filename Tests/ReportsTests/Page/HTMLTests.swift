import Testing

@testable import Reports

@Suite struct HTMLTests {
  @Test func nothingOfAPersonMeansAnything() {
    #expect(
      HTML.escaped("<script>alert(\"1\" & '2')</script>")
        == "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;")
    #expect(HTML.escaped("βήτα ☃ 漢\n\t") == "βήτα ☃ 漢\n\t")
    #expect(HTML.escaped("a\u{0}\u{1b}[2K\u{85}\u{ffff}") == "a\u{fffd}\u{fffd}[2K\u{fffd}\u{fffd}")
  }
}

@Suite struct HTMLTableTests {
  private let rows: [[HTMLTable.Cell]] = [
    [.text("a"), .number("0.10", value: 0.1), .number("–", value: nil)],
    [.text("b"), .number("0.30", value: 0.3), .number("5", value: 5)],
    [.text("c"), .number("0.10", value: 0.1), .code("x<y")],
  ]

  @Test func theBestOfAColumnIsMarked() {
    #expect(HTMLTable.best(in: rows, column: 1, .less) == [[0, 1], [2, 1]])
    #expect(HTMLTable.best(in: rows, column: 1, .more) == [[1, 1]])
    // Of one number alone nothing is the best.
    #expect(HTMLTable.best(in: rows, column: 2, .more) == [])
    #expect(HTMLTable.best(in: rows, row: 1, .more) == [[1, 2]])
  }

  @Test func numbersKeepTheirExactValue() {
    let html = HTMLTable(header: ["task", "loss", "n"], rows: rows, best: [[1, 1]]).html(label: "l")
    #expect(html.contains("<td class=\"number best\"><strong><data value=\"0.3\">0.30</data></strong></td>"))
    #expect(html.contains("<td class=\"number\">–</td>"))
    #expect(html.contains("<code>x&lt;y</code>"))
    #expect(html.contains("<th scope=\"row\">c</th>"))
    #expect(XMLCheck.accepts(html))
  }
}
