import Testing

@testable import Checkpoints

@Suite struct JSONScannerTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONScanner.parse(Array(text.utf8)) }

  @Test func valuesOfEveryKind() throws {
    let value = try parse(#" { "a" : [ 1 , -2, 0.5,1e3 , true,false , null ] , "" : { } , "b":[]} "#)
    #expect(
      value
        == .object([
          .init(
            name: "a",
            value: .array([
              .integer(1), .integer(-2), .decimal(0.5), .decimal(1000), .boolean(true), .boolean(false), .null,
            ])),
          .init(name: "", value: .object([])),
          .init(name: "b", value: .array([])),
        ]))
  }

  @Test func integersThatExceedIntAreDecimals() throws {
    #expect(try parse("9223372036854775807") == .integer(.max))
    #expect(try parse("-9223372036854775808") == .integer(.min))
    #expect(try parse("9223372036854775808") == .decimal(9_223_372_036_854_775_808))
  }

  @Test func escapes() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{C}\n\r\t"))
    #expect(try parse(#""\u00e9\u20AC\ud83d\ude00é€😀""#) == .string("é€😀é€😀"))
    #expect(try parse(#""\uD800\uDC00\uDBFF\uDFFF""#) == .string("\u{10000}\u{10FFFF}"))
  }

  @Test(arguments: [
    "", " ", "{", "[", "[1", "[1,", "[1,]", "[,1]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, "{a:1}",
    #"{"a":1 "b":2}"#, "[1 2]", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "tru", "nul", "'a'", #""a"#,
    #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\udc00""#,
    #""\"#, "\"a\nb\"", "\"\u{0}\"", "1 2", "{} {}", "// c\n1", "\u{FEFF}1", "[1}", #"{"a":1]"#,
  ])
  func malformedTextsAreRefused(text: String) {
    #expect(throws: JSONProblem.self) { try parse(text) }
  }

  @Test func exactRepetitionsOfANameAreRefused() {
    #expect(throws: JSONProblem.duplicateName("é")) { try parse(#"{"é":1,"a":2,"\u00e9":3}"#) }
  }

  /// A vocabulary has such names; a header of tensors must not.
  @Test func namesThatDifferInNormalizationOnlyAreTwo() throws {
    let value = try parse(#"{"é":1,"e\u0301":2}"#)
    guard case .object(let members) = value else {
      Issue.record("not an object")
      return
    }
    #expect(members.map { Array($0.name.unicodeScalars).count } == [1, 2])
    let nested = Array(#"{"a":[0,{"b":{"é":1,"e\u0301":2}}]}"#.utf8)
    #expect(try JSONScanner.parse(nested).sharedName == "é")
    #expect(try parse(#"{"a":{"b":1},"c":[{"b":1},{"b":1}]}"#).sharedName == nil)
    #expect(throws: CheckpointError.duplicateName(path: "f", name: "é")) { try JSONValue(parsing: nested, path: "f") }
    #expect(throws: Never.self) { try JSONValue(parsingVocabulary: nested, path: "f") }
  }

  @Test func nestingIsBounded() throws {
    let depth = JSONScanner.maximumDepth
    let deepest = String(repeating: "[", count: depth + 1) + String(repeating: "]", count: depth + 1)
    #expect(throws: Never.self) { try parse(deepest) }
    #expect(throws: JSONProblem.malformed(offset: depth + 1, reason: "nested deeper than \(depth) levels")) {
      try parse("[" + deepest + "]")
    }
    #expect(throws: JSONProblem.self) { try parse(String(repeating: "[", count: 1_000_000)) }
  }

  @Test func everyASCIICharacterSurvivesALiteral() throws {
    let text = String(String.UnicodeScalarView((0..<128).compactMap { Unicode.Scalar($0) })) + "é\u{2028}😀"
    #expect(try parse(text.jsonLiteral) == .string(text))
  }
}
