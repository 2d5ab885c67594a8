import Testing

@testable import Merging

@Suite struct InputTableTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func table(
    _ text: String, as name: String = "x.tsv", _ columns: TextColumns = TextColumns(), readsLabels: Bool = true
  ) throws -> InputTable {
    try InputTable(path: try scratch.write(text, as: name), columns: columns, readsLabels: readsLabels)
  }

  private func message(
    _ text: String, as name: String = "x.tsv", _ columns: TextColumns = TextColumns()
  ) -> String {
    do {
      let table = try table(text, as: name, columns)
      for row in 0..<table.count { _ = try table.row(row) }
      return "none"
    } catch { return "\(error)".replacing(scratch.path + "/", with: "") }
  }

  private func rows(_ table: InputTable) throws -> [InputTable.Row] { try (0..<table.count).map(table.row) }

  @Test func quotationMarksMeanNothingInTSV() throws {
    let table = try table("\u{FEFF}label\tsentence\r\n1\tsay \"a\r\n0\t\"b\r\n\n")
    #expect(table.count == 2)
    #expect(try rows(table) == [.init(texts: ["say \"a"], label: "1"), .init(texts: ["\"b"], label: "0")])
    #expect(table.line(ofRow: 1) == 3)
  }

  @Test func pairsGoBeforeSingleTexts() throws {
    #expect(try rows(table("sentence\tquestion\nb\ta\n")) == [.init(texts: ["a", "b"], label: nil)])
    #expect(try rows(table("hypothesis\tpremise\nb\ta\n")) == [.init(texts: ["a", "b"], label: nil)])
    let named = TextColumns(texts: ["y", "x"], label: "z")
    #expect(try rows(table("x\ty\tz\n1\t2\t3\n", named)) == [.init(texts: ["2", "1"], label: "3")])
  }

  @Test func linesOfJSONAreRows() throws {
    let table = try table(
      #"{"text": "a\tb\u00e9", "label": 2}"# + "\n\n" + #"{"label": true, "text": ""}"# + "\n", as: "x.jsonl")
    #expect(try rows(table) == [.init(texts: ["a\tbé"], label: "2"), .init(texts: [""], label: "1")])
    #expect(table.line(ofRow: 1) == 3)
  }

  @Test func labelsAreReadWhereTheyAreWanted() throws {
    let unwanted = try table("text\tlabel\na\t1\n", readsLabels: false)
    #expect(try !unwanted.hasLabels && unwanted.row(0).label == nil)
    #expect(try !table("text\na\n").hasLabels)
    let names = try table("text\tlabel\na\tyes\nb\t0\n")
    #expect(names.hasLabels)
    #expect(try (0..<2).map { try names.label(ofRow: $0, ClassNames(["yes": 1, "no": 0])) } == [1, 0])
    #expect(throws: InputError.self) { try names.label(ofRow: 0, ClassNames([:])) }
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
    // A row is read as it is, whatever is wrong with others.
    #expect(message("text\na\n\n\nb\tc\n") == "x.tsv: line 5 has 2 fields, but the first line names 1 columns")
  }
}
