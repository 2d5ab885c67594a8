import Testing

@testable import Merging

@Suite struct TextTableTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func table(
    _ text: String, as name: String = "x.tsv", _ columns: TextColumns = TextColumns(), readsLabels: Bool = true
  ) throws -> TextTable {
    try TextTable(path: try scratch.write(text, as: name), columns: columns, readsLabels: readsLabels)
  }

  private func message(
    _ text: String, as name: String = "x.tsv", _ columns: TextColumns = TextColumns()
  ) -> String {
    do {
      _ = try table(text, as: name, columns)
      return "none"
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }

  @Test func quotationMarksMeanNothingInTSV() throws {
    let table = try table("\u{FEFF}label\tsentence\r\n1\tsay \"a\r\n0\t\"b\r\n\n")
    #expect(table.count == 2)
    #expect(table.texts(ofRow: 0) == ["say \"a"] && table.texts(ofRow: 1) == ["\"b"])
    #expect(table.labels == ["1", "0"] && table.line(ofRow: 1) == 3)
  }

  @Test func pairsGoBeforeSingleTexts() throws {
    #expect(try table("sentence\tquestion\nb\ta\n").texts(ofRow: 0) == ["a", "b"])
    #expect(try table("hypothesis\tpremise\nb\ta\n").texts(ofRow: 0) == ["a", "b"])
    let named = TextColumns(texts: ["y", "x"], label: "z")
    let table = try table("x\ty\tz\n1\t2\t3\n", named)
    #expect(table.texts(ofRow: 0) == ["2", "1"] && table.labels == ["3"])
  }

  @Test func linesOfJSONAreRows() throws {
    let table = try table(
      #"{"text": "a\tb\u00e9", "label": 2}"# + "\n\n" + #"{"label": true, "text": ""}"# + "\n", as: "x.jsonl")
    #expect(table.texts(ofRow: 0) == ["a\tbé"] && table.texts(ofRow: 1) == [""])
    #expect(table.labels == ["2", "1"] && table.line(ofRow: 1) == 3)
  }

  @Test func labelsAreReadWhereTheyAreWanted() throws {
    #expect(try table("text\tlabel\na\t1\n", readsLabels: false).labels == nil)
    #expect(try table("text\na\n").labels == nil)
    let names = try table("text\tlabel\na\tyes\nb\t0\n")
    #expect(try names.labels(ids: ["yes": 1, "no": 0]) == [1, 0])
    #expect(throws: InputError.self) { try names.labels(ids: [:]) }
  }

  @Test func wrongTablesAreRefused() {
    #expect(message("text\ta\nx\n") == "x.tsv: line 2 has 1 fields, but the first line names 2 columns")
    #expect(message("text\n").hasPrefix("x.tsv holds no texts"))
    #expect(message("").hasPrefix("x.tsv holds no texts"))
    #expect(
      message("a\tb\nx\ty\n")
        == "x.tsv has no column with a usual name for texts, but 'a', 'b'; 'text' in the recipe names it")
    #expect(
      message("a\nx\n", TextColumns(texts: ["b", "c"])) == "x.tsv has no column 'b' and no column 'c', but 'a'")
    #expect(message("[]\n", as: "x.jsonl") == "x.jsonl: line 1 is not a JSON object")
    #expect(message("\n", as: "x.jsonl") == "x.jsonl holds no texts")
    #expect(
      message(#"{"text": "a", "label": 1}"# + "\n" + #"{"text": "b"}"#, as: "x.jsonl")
        == "x.jsonl: line 2 has no 'label'")
  }
}
