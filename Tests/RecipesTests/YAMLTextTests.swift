import Testing

@testable import Recipes

@Suite struct YAMLTextTests {
  @Test(arguments: [
    ("/data/base-1.0_x", "/data/base-1.0_x"), ("alpha", "alpha"), ("null", "'null'"), ("Yes", "'Yes'"), ("7", "'7'"),
    ("a b", "'a b'"), ("it's", "'it''s'"), ("", "''"), ("^a\\d", "'^a\\d'"), ("a\nb\"", "\"a\\U0000000ab\\\"\""),
  ])
  func quoting(text: String, written: String) {
    #expect(yamlText(text) == written)
  }

  @Test func everyCharacterReadsBack() throws {
    for value in (1...0x3100).filter({ !(0xD800...0xDFFF).contains($0) }) + [0xFEFF, 0xFFFE, 0x1F44D, 0x10FFFF] {
      let text = "a" + String(try #require(Unicode.Scalar(UInt32(value)))) + "b"
      let node = try SourceNode.parse("[\(yamlText(text)), x]", source: Source(file: "a"))
      let read = try #require(try node?.elements("list").first?.text("text"))
      #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars), "\(value)")
    }
  }
}
